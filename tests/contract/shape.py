"""The shape of JSON: which keys there are, of which types; rows of a list taken together."""

from typing import Any

Shape = Any


def shape(value: object) -> Shape:
    """Types by key, recursively; a list is the union of its rows."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return ["list", *_merged([shape(part) for part in value])]
    return {type(value).__name__}


def _merged(shapes: list[Shape]) -> list[Shape]:
    objects = [each for each in shapes if isinstance(each, dict)]
    merged: dict[str, Shape] = {}
    for each in objects:
        for name, part in each.items():
            merged[name] = _union(merged[name], part) if name in merged else part
    return [merged] if objects else []


def _union(first: Shape, second: Shape) -> Shape:
    if isinstance(first, set) and isinstance(second, set):
        return first | second
    if isinstance(first, list) and isinstance(second, list):
        return ["list", *_merged(first[1:] + second[1:])]
    if isinstance(first, dict) and isinstance(second, dict):
        (merged,) = _merged([first, second])
        return merged
    return first if second == {"NoneType"} else second


def differences(real: Shape, fake: Shape, path: str = "") -> list[str]:
    """Where two shapes differ. Null may stand for anything, and an empty list for any list."""
    if isinstance(real, dict) and isinstance(fake, dict):
        return _differing_keys(real, fake, path)
    if isinstance(real, list) and isinstance(fake, list):
        both = len(real) > 1 and len(fake) > 1
        return differences(real[1], fake[1], f"{path}[]") if both else []
    if isinstance(real, set) and isinstance(fake, set):
        kinds = _numbers(real), _numbers(fake)
        fits = kinds[0] & kinds[1] or "NoneType" in real | fake
        return [] if fits else [f"{path}: {sorted(real)} is {sorted(fake)}"]
    if {"NoneType"} in (real, fake):
        return []
    return [f"{path}: another kind"]


def _differing_keys(real: dict[str, Shape], fake: dict[str, Shape], path: str) -> list[str]:
    found = [f"{path}.{name} is missing" for name in real.keys() - fake.keys()]
    found += [f"{path}.{name} is too much" for name in fake.keys() - real.keys()]
    for name in real.keys() & fake.keys():
        found += differences(real[name], fake[name], f"{path}.{name}")
    return sorted(found)


def _numbers(types: set[str]) -> set[str]:
    """JSON has one kind of number."""
    return {"number" if each in ("int", "float") else each for each in types}
