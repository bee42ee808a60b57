"""India's states: GST codes, official names, and every spelling that stores use for them.

Sources: the GST state master; WooCommerce's i18n/states.php, where codes were renamed over the
years (OR became OD in 2025) and old orders keep the old ones.
"""

STATE_NAMES = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
}

OTHER_TERRITORY = "97"
OTHER_COUNTRIES = "96"
"""The place of supply of an export."""

_WITHOUT_LEGISLATURE = frozenset({"04", "26", "31", "35", "38", OTHER_TERRITORY})

_STORE_CODES = {
    "AD": "37",
    "AN": "35",
    "AP": "37",
    "AR": "12",
    "AS": "18",
    "BR": "10",
    "CG": "22",
    "CH": "04",
    "CT": "22",
    "DD": "26",
    "DH": "26",
    "DL": "07",
    "DN": "26",
    "GA": "30",
    "GJ": "24",
    "HP": "02",
    "HR": "06",
    "JH": "20",
    "JK": "01",
    "KA": "29",
    "KL": "32",
    "LA": "38",
    "LD": "31",
    "MH": "27",
    "ML": "17",
    "MN": "14",
    "MP": "23",
    "MZ": "15",
    "NL": "13",
    "OD": "21",
    "OR": "21",
    "PB": "03",
    "PO": "34",
    "PY": "34",
    "RJ": "08",
    "SK": "11",
    "TG": "36",
    "TN": "33",
    "TR": "16",
    "TS": "36",
    "UA": "05",
    "UK": "05",
    "UL": "05",
    "UP": "09",
    "UT": "05",
    "WB": "19",
}

_SPELLINGS = {
    "andaman & nicobar islands": "35",
    "andaman and nicobar": "35",
    "andaman and nicobar islands": "35",
    "andhra pradesh": "37",
    "andhra pradesh (new)": "37",
    "andra pradesh": "37",
    "arunachal pradesh": "12",
    "assam": "18",
    "bihar": "10",
    "chandigarh": "04",
    "chattisgarh": "22",
    "chhatisgarh": "22",
    "chhattisgarh": "22",
    "dadar and nagar haveli": "26",
    "dadra & nagar haveli": "26",
    "dadra & nagar haveli and daman & diu": "26",
    "dadra and nagar haveli": "26",
    "dadra and nagar haveli and daman and diu": "26",
    "daman & diu": "26",
    "daman and diu": "26",
    "delhi": "07",
    "delhi (nct)": "07",
    "dnhdd": "26",
    "dādra and nagar haveli and damān and diu": "26",
    "goa": "30",
    "gujarat": "24",
    "haryana": "06",
    "himachal pradesh": "02",
    "j&k": "01",
    "jammu & kashmir": "01",
    "jammu and kashmir": "01",
    "jammu kashmir": "01",
    "jandk": "01",
    "jharkhand": "20",
    "karnataka": "29",
    "kerala": "32",
    "ladakh": "38",
    "lakshadeep": "31",
    "lakshadweep": "31",
    "lakshadweep islands": "31",
    "leh ladakh": "38",
    "madhya pradesh": "23",
    "maharashtra": "27",
    "manipur": "14",
    "meghalaya": "17",
    "mizoram": "15",
    "nagaland": "13",
    "nct of delhi": "07",
    "new delhi": "07",
    "odisha": "21",
    "orissa": "21",
    "pondicherry": "34",
    "pondicherry (puducherry)": "34",
    "puducherry": "34",
    "punjab": "03",
    "rajasthan": "08",
    "sikkim": "11",
    "tamil nadu": "33",
    "tamilnadu": "33",
    "telangana": "36",
    "telengana": "36",
    "tripura": "16",
    "uttar pradesh": "09",
    "uttarakhand": "05",
    "uttaranchal": "05",
    "west bengal": "19",
}

_DEAD_CODES = {"25": "26", "28": "37"}


def state_code(text: str) -> str | None:
    """The GST code (two digits) of a state given as a code, a former code, or a name; else None."""
    cleaned = " ".join(text.split())
    if cleaned in STATE_NAMES or cleaned == OTHER_TERRITORY:
        return cleaned
    if cleaned in _DEAD_CODES:
        return _DEAD_CODES[cleaned]
    by_code = _STORE_CODES.get(cleaned.upper().removeprefix("IN-"))
    return by_code or _SPELLINGS.get(cleaned.casefold())


def has_legislature(code: str) -> bool:
    """Whether a state's own half is SGST; union territories without legislature levy UTGST."""
    return code not in _WITHOUT_LEGISLATURE


def state_name(code: str) -> str:
    """The official name of a place of supply; the code itself where there is none."""
    if code == OTHER_COUNTRIES:
        return "Other Countries"
    if code == OTHER_TERRITORY:
        return "Other Territory"
    return STATE_NAMES.get(code, code)
