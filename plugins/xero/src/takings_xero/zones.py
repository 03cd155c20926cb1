"""Xero's names of time zones (Windows zones in capitals, without spaces) as IANA names."""

from __future__ import annotations

_IANA = {
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "AUSCENTRALW.STANDARDTIME": "Australia/Eucla",
    "AUSCENTRALWSTANDARDTIME": "Australia/Eucla",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "LORDHOWESTANDARDTIME": "Australia/Lord_Howe",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "CHATHAMISLANDSSTANDARDTIME": "Pacific/Chatham",
    "FIJISTANDARDTIME": "Pacific/Fiji",
    "NORFOLKSTANDARDTIME": "Pacific/Norfolk",
    "WESTPACIFICSTANDARDTIME": "Pacific/Port_Moresby",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "CHINASTANDARDTIME": "Asia/Shanghai",
    "TOKYOSTANDARDTIME": "Asia/Tokyo",
    "INDIASTANDARDTIME": "Asia/Kolkata",
    "ARABIANSTANDARDTIME": "Asia/Dubai",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "GMTSTANDARDTIME": "Europe/London",
    "GREENWICHSTANDARDTIME": "Atlantic/Reykjavik",
    "WEUROPESTANDARDTIME": "Europe/Berlin",
    "ROMANCESTANDARDTIME": "Europe/Paris",
    "CENTRALEUROPESTANDARDTIME": "Europe/Budapest",
    "CENTRALEUROPEANSTANDARDTIME": "Europe/Warsaw",
    "EASTERNSTANDARDTIME": "America/New_York",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "USMOUNTAINSTANDARDTIME": "America/Phoenix",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "ATLANTICSTANDARDTIME": "America/Halifax",
    "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
    "UTC": "UTC",
}  # fmt: skip


def iana_zone(xero_name: str) -> str:
    """Return the IANA name of a zone as Xero writes it, or an empty text for one that is not in the table."""
    return _IANA.get(xero_name.upper().replace(" ", ""), "")
