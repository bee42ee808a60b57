"""Unit quantity codes: the units that GST's returns and invoices know (GSTR-1, table 12)."""

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "NOS": "Numbers", "PCS": "Pieces", "PAC": "Packs", "SET": "Sets", "PRS": "Pairs",
    "BAG": "Bags", "BAL": "Bale", "BDL": "Bundles", "BKL": "Buckles", "BOU": "Billion of units",
    "BOX": "Box", "BTL": "Bottles", "BUN": "Bunches", "CAN": "Cans", "CBM": "Cubic metres",
    "CCM": "Cubic centimetres", "CMS": "Centimetres", "CTN": "Cartons", "DOZ": "Dozens",
    "DRM": "Drums", "GGK": "Great gross", "GMS": "Grammes", "GRS": "Gross", "GYD": "Gross yards",
    "KGS": "Kilograms", "KLR": "Kilolitre", "KME": "Kilometre", "LTR": "Litres",
    "MLT": "Millilitre", "MTR": "Metres", "MTS": "Metric ton", "QTL": "Quintal", "ROL": "Rolls",
    "SQF": "Square feet", "SQM": "Square metres", "SQY": "Square yards", "TBS": "Tablets",
    "TGM": "Ten gross", "THD": "Thousands", "TON": "Tonnes", "TUB": "Tubes", "UGS": "US gallons",
    "UNT": "Units", "YDS": "Yards", "OTH": "Others", "NA": "Not applicable: services",
}  # fmt: skip
"""What each code means; those that shops use most come first."""
