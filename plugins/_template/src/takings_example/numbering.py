"""A numbering strategy: each shop counts its own documents, like `CORNER-1-00042`. Pure."""

from __future__ import annotations

from takings.plugin import Counter, NumberingType, NumberInput, Settings, option


class ByShopSettings(Settings):
    """What the owner can set."""

    digits: int = option(
        5,
        title="Digits",
        help="How many digits the running number has at least; a higher number takes more",
        kind="whole_number",
        ge=3,
        le=9,
    )


def by_shop_number(given: NumberInput, settings: ByShopSettings) -> str:
    """Write the shop's id and its running number, from 1; a repost adds its generation."""
    repost = f"-R{given.generation}" if given.generation > 1 else ""
    return f"{given.site.upper()}-{given.counter + 1:0{settings.digits}d}{repost}"


BY_SHOP = NumberingType(
    key="by_shop",
    title="Shop and running number",
    help="Like CORNER-1-00042; give each shop an integration of its own",
    number=by_shop_number,
    counter=Counter.SEQUENCE,
    settings=ByShopSettings,
)
