"""What places, people and companies of the made-up portfolio are called."""

from typing import NamedTuple


class Place(NamedTuple):
    """share: percent of the demo's homes that lie here. rent: of a home with two bedrooms."""

    market: str
    code: str
    city: str
    county: str
    zips: tuple[str, ...]
    share: int
    rent: int


PLACES = (
    Place(
        "Sacramento",
        "SAC",
        "Sacramento",
        "Sacramento",
        ("95814", "95818", "95820", "95823", "95826", "95838"),
        38,
        1780,
    ),
    Place("Elk Grove", "ELK", "Elk Grove", "Sacramento", ("95624", "95757", "95758"), 20, 2050),
    Place("Roseville", "ROS", "Roseville", "Placer", ("95661", "95678", "95747"), 16, 2120),
    Place("Folsom", "FOL", "Folsom", "Sacramento", ("95630",), 12, 2280),
    Place("Stockton", "STO", "Stockton", "San Joaquin", ("95207", "95209", "95219"), 14, 1590),
)

STREETS = (
    "Alder Grove Ct", "Alta Vista Way", "Amber Leaf Dr", "Antelope Run Rd", "Arbor Vista Ln", "Ash Hollow Dr",
    "Bannister Rd", "Bay Laurel Ct", "Beckworth Way", "Birch Meadow Ln", "Blue Oak Dr", "Bramble Patch Ct",
    "Calle Robles", "Canary Ct", "Castle Rock Way", "Cedar Ridge Dr", "Chestnut Hill Dr", "Clover Field Ln",
    "Copper Sunset Way", "Cottonwood Cir", "Country Squire Ln", "Creekside Dr", "Crooked Stick Dr", "Daffodil Way",
    "Del Paso Rd", "Dove Canyon Ln", "Dry Creek Rd", "Eagle Point Ct", "El Camino Ave", "Fair Oaks Blvd",
    "Fern Valley Ct", "Firestone Way", "Florin Mall Dr", "Fox Hollow Ln", "Freeport Blvd", "Garden Gate Dr",
    "Glen Aspen Way", "Golden Poppy Ct", "Granite Bay Cir", "Greenhaven Dr", "Harvest Moon Dr", "Heather Glen Ln",
    "Hidden Lakes Dr", "Hollister Ave", "Iron Horse Dr", "Jacinto Ave", "Juniper Ridge Rd", "Keystone Ct",
    "La Riviera Dr", "Laguna Park Dr", "Lantern Way", "Lemon Hill Ave", "Lily Pad Ct", "Lone Pine Dr",
    "Madison Ave", "Manzanita Ave", "Maple Leaf Way", "Meadowview Rd", "Mill Station Rd", "Moss Landing Ct",
    "Natomas Park Dr", "Nimbus Rd", "Oak Canyon Way", "Old Winery Pl", "Orchard Woods Cir", "Pacific Hills Dr",
    "Palmerhouse Dr", "Pebble Brook Ct", "Pheasant Hollow Dr", "Piccadilly Cir", "Prairie Dog Ct", "Quail Run Ln",
    "Raven Rock Way", "Redwood Glen Dr", "River Rock Dr", "Rosewood Dr", "Sage Hen Way", "Salmon Falls Dr",
    "Sheldon Oaks Ln", "Silver Spur Way", "Snowy Egret Ct", "Stone Mill Ct", "Sugar Maple Way", "Sunrise Hills Dr",
    "Tall Timber Ln", "Thistle Down Ct", "Tule Fog Way", "Valley Hi Dr", "Vineyard Rd", "Walnut Grove Ln",
    "Waterwheel Ct", "West Elm Way", "Whispering Pines Dr", "Wild Turkey Ct", "Willow Bend Dr", "Windsong Ct",
    "Winding Oak Dr", "Woodside Glen Way", "Yarrow Ct", "Zinfandel Dr",
)  # fmt: skip

COMMUNITIES = (
    ("Laguna Creek Apartments", "Elk Grove", "9320 Big Horn Blvd"),
    ("Natoma Station", "Folsom", "165 Natoma Station Dr"),
    ("The Arbors at Freeport", "Sacramento", "7400 Freeport Blvd"),
    ("Stanford Ranch Villas", "Roseville", "1800 Blue Oaks Blvd"),
)

# name, trades, place, days that its insurance still holds (negative: lapsed; None: none known), approved
COMPANIES = (
    ("Rivera Painting", ("Painting", "Drywall"), "Sacramento", 214, True),
    ("Sierra Make-Ready", ("General", "Painting", "Cleaning"), "Roseville", 163, True),
    ("Valley Clean Co.", ("Cleaning",), "Sacramento", 88, True),
    ("Capital Floors & Tile", ("Flooring", "Tile"), "Sacramento", 301, True),
    ("Delta Flooring", ("Flooring",), "Stockton", -7, True),
    ("O'Brien Plumbing", ("Plumbing",), "Sacramento", 45, True),
    ("Bright Wire Electric", ("Electrical",), "Folsom", 19, True),
    ("Łukasz Handyman Services", ("General", "Carpentry"), "Elk Grove", 120, True),
    ("Foothill Appliance", ("Appliances",), "Roseville", 250, True),
    ("Clear Creek Hauling", ("Trash-out",), "Stockton", -31, True),
    ("Tidy Turnover Team", ("Cleaning", "Trash-out"), "Elk Grove", 340, True),
    ("Golden State Resurfacing", ("Resurfacing",), "Sacramento", 97, True),
    ("Pérez e Hijos Construcción", ("General", "Drywall"), "Stockton", 198, True),
    ("Northgate Lock & Key", ("Locks",), "Sacramento", 71, True),
    ("Blue Heron Landscaping", ("Landscaping",), "Folsom", None, False),
    ("Quickstart Interiors", ("Painting",), "Roseville", 12, False),
)

PROVIDERS = (
    ("SMUD", "POWER", "(888) 742-7683"),
    ("PG&E", "GAS", "(800) 743-5000"),
    ("Sacramento County Utilities", "WATER", "(916) 875-5555"),
    ("City of Folsom Water", "WATER", "(916) 461-6162"),
    ("Roseville Electric", "POWER", "(916) 797-6937"),
    ("Stockton Municipal Water", "WATER", "(209) 937-8295"),
)

FIRST_NAMES = ("Maria", "James", "Linda", "Wei", "Carlos", "Aisha", "Peter", "Sofia", "Daniel", "Nadia", "Hector")
LAST_NAMES = ("Alvarez", "Brandt", "Castillo", "Dhillon", "Eriksen", "Fong", "Garza", "Huang", "Ibarra", "Jansen")

COMMENTS = (
    "Carpet in the second bedroom is past saving, priced as LVP.",
    "Neighbour says the side gate was left open. Crew told.",
    "Blinds were ordered, they come on Thursday.",
    "Left a voicemail, will try again tomorrow morning.",
    "Found a slow leak under the kitchen sink. Added to the scope.",
    "Photos are in the shared folder, 42 of them.",
    "Tub resurfacing needs 24 hours without entry, please plan around it.",
    "Keys are with the front desk until the lock box is up.",
    "The unit smells of smoke, we need sealer before paint.",
    "Fridge is gone. Was it ours?",
    "Crew of three starts Monday at eight.",
    "Walked it with the vendor, scope is right.",
)
