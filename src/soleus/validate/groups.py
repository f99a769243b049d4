"""Groups: which part of the body a measured quantity belongs to, and what of a prescription matters to it."""

GROUPS = {
    "sodium": "Na ICF_change osmolality",
    "urea": "urea spKtV eKtV URR",
    "volume": "RBV_change_pct RBV_min_pct RBV_slope_pct_per_h RBV_change_pct_per_l plasma_volume_change "
    "plasma_volume_change_pct ECF_change refill_rate haematocrit weight IDWG IDWG_pct",
    "protein": "protein albumin",
    "pressure": "SBP DBP MAP PP HR CO stroke_volume TPR",
    "temperature": "core_temp",
    "muscle": "muscle_StO2",
    "symptoms": "cramp_sessions_pct cramp_patients_pct symptomatic_sessions_pct IDH_sessions_pct",
    "potassium": "K K_removed_from_ECF K_removed_from_ICF",
    "acid and base": "HCO3 TCO2 pH pCO2 acetate citrate",
    "calcium": "Ca Ca_total Ca_ionised Ca_ionised_pH74",
    "magnesium": "Mg Mg_total Mg_ionised",
    "phosphate": "phosphate phosphate_pct_of_pre phosphate_mobilisation_clearance phosphate_central_volume",
    "glucose": "glucose",
    "toxins": "creatinine B2M",
    "hormones": "PTH calcitriol FGF23 vitamin_D",
}
OF = {name: group for group, names in GROUPS.items() for name in names.split()}
FLUID = ("Na", "temp_c", "uf_profile", "na_profile")
BATH_OF = {  # inputs that matter to the figures of a group
    **dict.fromkeys(("sodium", "volume", "protein", "pressure", "temperature", "muscle", "symptoms"), FLUID),
    "potassium": ("Qd_ml_min", "K", "HCO3"),
    "acid and base": ("Qd_ml_min", "HCO3", "acetate"),
    "calcium": ("Ca", "HCO3", "citrate"),
    "magnesium": ("Mg",),
    "phosphate": ("Qd_ml_min",),
    "glucose": ("glucose",),
    "toxins": ("Qsub_ml_min",),
    "hormones": ("Ca", "HCO3"),
}


def group(quantity: str) -> str:
    """The part of the body that a quantity belongs to."""
    base = max((name for name in OF if quantity.startswith((name, f"rebound_{name}_"))), key=len, default="")
    return OF.get(quantity) or OF.get(base, "other")
