/** Words the stores are made of. Everything here is invented; no person and no company is meant. */

export const PRODUCT_TYPES: readonly {
  name: string;
  code: string;
  option: "Size" | "Color";
  cents: number;
  grams: number;
}[] = [
  { name: "Rain Jacket", code: "RJK", option: "Size", cents: 12_900, grams: 520 },
  { name: "Fleece Pullover", code: "FLP", option: "Size", cents: 6_900, grams: 410 },
  { name: "Trail Shoe", code: "TRS", option: "Size", cents: 11_400, grams: 680 },
  { name: "Merino Tee", code: "MRT", option: "Size", cents: 4_900, grams: 160 },
  { name: "Hiking Pant", code: "HKP", option: "Size", cents: 8_400, grams: 380 },
  { name: "Day Pack", code: "DPK", option: "Color", cents: 7_900, grams: 760 },
  { name: "Water Bottle", code: "WTB", option: "Color", cents: 2_400, grams: 210 },
  { name: "Camp Mug", code: "CMG", option: "Color", cents: 1_600, grams: 140 },
  { name: "Headlamp", code: "HDL", option: "Color", cents: 3_900, grams: 90 },
  { name: "Wool Sock", code: "WSK", option: "Size", cents: 1_800, grams: 70 },
  { name: "Beanie", code: "BNI", option: "Color", cents: 2_200, grams: 60 },
  { name: "Two-Person Tent", code: "TNT", option: "Color", cents: 28_900, grams: 2_100 },
  { name: "Sleeping Bag", code: "SLB", option: "Size", cents: 18_900, grams: 1_150 },
  { name: "Trekking Pole", code: "TKP", option: "Color", cents: 6_400, grams: 440 },
  { name: "Dry Bag", code: "DRB", option: "Size", cents: 2_900, grams: 120 },
];

export const SERIES: readonly { name: string; code: string }[] = [
  { name: "Alder", code: "ALD" },
  { name: "Basalt", code: "BAS" },
  { name: "Cedar", code: "CED" },
  { name: "Drift", code: "DRF" },
  { name: "Ember", code: "EMB" },
  { name: "Fjord", code: "FJO" },
  { name: "Granite", code: "GRA" },
  { name: "Heron", code: "HER" },
  { name: "Juniper", code: "JUN" },
  { name: "Larch", code: "LAR" },
];

export const OPTION_VALUES: Record<"Size" | "Color", readonly { name: string; code: string }[]> = {
  Size: [
    { name: "S", code: "S" },
    { name: "M", code: "M" },
    { name: "L", code: "L" },
    { name: "XL", code: "XL" },
  ],
  Color: [
    { name: "Moss", code: "MOS" },
    { name: "Slate", code: "SLT" },
    { name: "Rust", code: "RST" },
    { name: "Sand", code: "SND" },
  ],
};

export const VENDORS = ["Northbound Supply", "Kestrel & Fern", "Tarn Works"] as const;

export const FIRST_NAMES = [
  "Ada",
  "Bram",
  "Cleo",
  "Dario",
  "Elin",
  "Femi",
  "Greta",
  "Hugo",
  "Ines",
  "Jonas",
  "Kaia",
  "Leif",
  "Mira",
  "Noor",
  "Otis",
  "Petra",
  "Quinn",
  "Rosa",
  "Silas",
  "Tova",
  "Umi",
  "Viggo",
  "Wren",
  "Zofia",
] as const;

export const LAST_NAMES = [
  "Ashdown",
  "Brook",
  "Castellan",
  "Dunmore",
  "Eriksdottir",
  "Fairwater",
  "Grönlund",
  "Hallow",
  "Ibarra",
  "Jessop",
  "Kestrel",
  "Lindqvist",
  "Marsh",
  "Nakano",
  "Okafor",
  "Pemberton",
  "Quill",
  "Rowntree",
  "Sato",
  "Thornbury",
  "Umber",
  "Vance",
  "Whitlock",
  "Yarrow",
] as const;

export const STREETS = [
  "Harbour Lane",
  "Mill Road",
  "Station Street",
  "Orchard Way",
  "Quarry Hill",
] as const;
