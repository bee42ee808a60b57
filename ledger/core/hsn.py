"""Codes of goods (HSN) and services (SAC): how many digits they have (notification 78/2020)."""

GOODS_DIGITS = (2, 4, 6, 8)
SERVICE_DIGITS = (4, 5, 6)
SERVICES_BEGIN = "99"


def is_code(text: str) -> bool:
    """Whether it is two to eight digits and nothing else."""
    return text.isascii() and text.isdecimal() and 2 <= len(text) <= 8


def misfit(code: str, *, is_service: bool) -> str:
    """What is wrong with a code for goods or for a service; empty where it fits, or is empty."""
    if not code:
        return ""
    if is_service and not code.startswith(SERVICES_BEGIN):
        return "The code of a service (SAC) begins with 99."
    if is_service and len(code) not in SERVICE_DIGITS:
        return "The code of a service (SAC) has four, five or six digits."
    if not is_service and len(code) not in GOODS_DIGITS:
        return "The HSN of goods has two, four, six or eight digits."
    return ""
