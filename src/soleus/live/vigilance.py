"""Vigilance: how a session is watched: when a reading is doubted, a warning given, a word repeated."""

from ..parameter import param, record


@record
class Vigilance:
    """Every number of the live monitor that is not an instrument's."""

    # What pressure does that no equation here knows, on calm and on restless days
    calm_walk: float = param(
        "mmHg", 1.0, within=(0.0, 6.0), source="SoleusChoice", status="tuned",
        meaning="how far pressure strays in an hour on a calm day; tuned to real and simulated sessions (0029)",
    )  # fmt: skip
    restless_wander: float = param(
        "mmHg", 8.0, within=(6.0, 16.0), source="SoleusChoice", status="tuned",
        meaning="ups and downs of pressure on a restless day; tuned to intensive-care sessions (0029)",
    )  # fmt: skip
    restless_walk: float = param(
        "mmHg", 4.0, within=(2.0, 12.0), source="SoleusChoice", status="tuned",
        meaning="how far pressure strays in an hour on a restless day; tuned to intensive-care sessions (0029)",
    )  # fmt: skip
    restless: float = param(
        "1", 0.2, within=(0.05, 0.6), source="SoleusChoice", status="tuned",
        meaning="share of restless days before anything was read; tuned to real and simulated sessions (0029)",
    )  # fmt: skip
    trend: float = param(
        "mmHg", 15.0, within=(5.0, 30.0), source="SoleusChoice", status="assumed",
        meaning="how much pressure slides in an hour on a day on which it has a trend of its own",
    )  # fmt: skip
    trend_time: float = param(
        "min", 90.0, within=(30.0, 240.0), source="SoleusChoice", status="assumed",
        meaning="how long such a trend lasts",
    )  # fmt: skip
    sliding: float = param(
        "1", 0.1, within=(0.02, 0.3), source="SoleusChoice", status="tuned",
        meaning="share of such days before anything was read; tuned to real and simulated sessions (0029)",
    )  # fmt: skip
    mood_time: float = param(
        "min", 240.0, within=(60.0, 720.0), source="SoleusChoice", status="assumed",
        meaning="in which a calm day may become a restless one, or the other way round",
    )  # fmt: skip
    start: float = param(
        "mmHg", 3.0, within=(0.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="how far pressure at the start may be from all people of the twin, beside arm and day",
    )  # fmt: skip
    volume_walk: float = param(
        "%", 0.7, within=(0.0, 3.0), source="SoleusChoice", status="assumed",
        meaning="how far a blood volume monitor strays from the twin in an hour",
    )  # fmt: skip
    # What is believed
    odd: float = param(
        "1", 3.0, within=(2.5, 5.0), source="SoleusChoice", status="assumed",
        meaning="standard deviations from what was expected, beyond which a reading waits for another one",
    )  # fmt: skip
    agrees: float = param(
        "1", 2.5, within=(1.5, 4.0), source="SoleusChoice", status="assumed",
        meaning="errors of two readings within which the second confirms the first",
    )  # fmt: skip
    waits: float = param(
        "min", 45.0, within=(20.0, 90.0), source="SoleusChoice", status="assumed",
        meaning="how long a doubted reading waits to be confirmed",
    )  # fmt: skip
    shown_again: float = param(
        "min", 20.0, within=(5.0, 60.0), source="SoleusChoice", status="assumed",
        meaning="within which the same cuff value is the last one shown again, not a new one",
    )  # fmt: skip
    narrow: float = param(
        "mmHg", 10.0, within=(5.0, 20.0), source="GeneralKnowledge", status="recalled",
        meaning="pulse pressure below which a cuff contradicts itself",
    )  # fmt: skip
    silent: float = param(
        "min", 50.0, within=(20.0, 90.0), source="SoleusChoice", status="assumed",
        meaning="without a pressure, after which one is asked for",
    )  # fmt: skip
    after: float = param(
        "min", 120.0, within=(30.0, 360.0), source="SoleusChoice", status="assumed",
        meaning="beyond the planned end, a reading has a wrong time",
    )  # fmt: skip
    # What the machine does otherwise than planned
    uf_off: float = param(
        "L", 0.15, within=(0.05, 0.5), source="SoleusChoice", status="assumed",
        meaning="ultrafiltrate read less that of the plan, from which the plan is no longer followed",
    )  # fmt: skip
    rate_off: float = param(
        "L/min", 0.0015, within=(0.0005, 0.005), source="SoleusChoice", status="assumed",
        meaning="ultrafiltration rate read less that of the plan, likewise",
    )  # fmt: skip
    temperature_off: float = param(
        "degC", 0.2, within=(0.05, 0.5), source="SoleusChoice", status="assumed",
        meaning="bath temperature read less that of the plan, likewise",
    )  # fmt: skip
    flow_off: float = param(
        "L/min", 0.025, within=(0.01, 0.1), source="SoleusChoice", status="assumed",
        meaning="blood flow read less that of the plan, likewise",
    )  # fmt: skip
    # When a word is said
    floor: float = param(
        "mmHg", 90.0, within=(80.0, 100.0), source="Flythe2015", status="seen",
        meaning="systolic pressure below which a fall counts",
    )  # fmt: skip
    floor_high: float = param(
        "mmHg", 100.0, within=(90.0, 110.0), source="Flythe2015", status="seen",
        meaning="the same for who comes with a high pressure",
    )  # fmt: skip
    high: float = param(
        "mmHg", 160.0, within=(150.0, 180.0), source="Flythe2015", status="seen",
        meaning="systolic pressure at the start that counts as high",
    )  # fmt: skip
    fall: float = param(
        "mmHg", 20.0, within=(10.0, 30.0), source="Kuipers2016", status="seen",
        meaning="fall from the start that counts in who comes with less than the floor and this",
    )  # fmt: skip
    hypotension: float = param(
        "1", 0.25, within=(0.05, 0.9), source="SoleusChoice", status="tuned",
        meaning="chance within the hour from which a fall of pressure is warned of; tuned to simulated sessions (0029)",
    )  # fmt: skip
    cramp: float = param(
        "1", 0.2, within=(0.02, 0.9), source="SoleusChoice", status="tuned",
        meaning="chance within the hour from which a cramp is warned of; tuned to simulated sessions (0029)",
    )  # fmt: skip
    clear: float = param(
        "1", 0.6, within=(0.3, 0.9), source="SoleusChoice", status="assumed",
        meaning="of the chance that warned, below which the alarm is off and may sound again",
    )  # fmt: skip
    worse: float = param(
        "1", 1.4, within=(1.1, 3.0), source="SoleusChoice", status="assumed",
        meaning="times the chance that warned, from which an early warning that nobody followed is said once more",
    )  # fmt: skip
    likely: float = param(
        "1", 0.5, within=(0.5, 0.9), source="SoleusChoice", status="assumed",
        meaning="chance that pressure is below the floor now, from which it counts as being there",
    )  # fmt: skip
    drained: float = param(
        "%", 8.0, within=(5.0, 15.0), source="SoleusChoice", status="assumed",
        meaning="fall of blood volume that is named as the reason where nothing else explains a low pressure",
    )  # fmt: skip
    most: float = param(
        "1", 4.0, within=(1.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="early warnings in one session at most",
    )  # fmt: skip


VIGILANCE = Vigilance()
