"""Why an order waits for a person: a code for programs, a sentence for people."""

from enum import StrEnum


class WaitsFor(StrEnum):
    """What is missing before the order can go on."""

    READABLE = "readable"
    PLACE_OF_SUPPLY = "place_of_supply"
    CURRENCY = "currency"
    RATE = "rate"
    SKU = "sku"
    DIFFERENCE = "difference"
    BELOW_ZERO = "below_zero"
    REFUND_REAPPEARED = "refund_reappeared"


class OrderWaitsError(Exception):
    """Nothing of the snapshot is posted until a person has decided; `sentence` says why."""

    def __init__(self, code: WaitsFor, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
