"""Risk features 风险特征 (S1-07): thousands of numbers about each enterprise, all at once, each with the facts behind it.

A feature is *source × condition × aggregation × window × scope*, declared in ``schema/risk_features/*.toml``.

**Records.** A source gives each party dated records: those facts that hold on the day asked about and that the caller may
see. The age of a record is ``as_of − day`` in days. A window of ``w`` days holds the records with ``0 ≤ age < w``; without a
window ("for ever") a record without a day counts too. What lies in the future never counts.

**Around whom.** ``self``, or the parties of a relation: the enterprise itself is never its own related party, everyone
counts once, and records of all of them together are aggregated. Whom the caller may not see is not there for him.

**Aggregations** over the records R of the window, with the measure m (records that do not say m are left out):

=====================================  ================================================================================
count · sum · max · min · mean         of R, of m over R; the sum is null when R is not empty and nobody says m
days_since_last · days_since_first     least and greatest age, over records of any day
trend                                  count − count in the window of the same length before
growth                                 sum / sum in the window before − 1; null unless the latter is positive
distinct                               number of known counterparties
top_share · concentration              max s / Σ s and Σ (s / Σ s)² over the sums s of the counterparties; null unless Σ s > 0
share · amount_share                   count or sum where the condition holds / that of all records of the window
latest · previous                      m of the latest dated record, and of the one before it (of one day: the later fact)
change · relative_change               latest − previous; that / |previous|
least_latest · total_latest            over the latest records of the members
members · member_share                 members with a record in R; that / all members
value · max · members                  of a number of the graph's shape (``shapes``): its own; of members; members above 0
degree · joined · left · turnover      related parties now; now and not w days ago; the reverse; (joined + left) / then or now
=====================================  ================================================================================

**A rate of nothing.** growth and relative_change compare with a sum or a value of before. Where that is known and 0 (for growth:
not positive), there is no rate: the value is null and *undefined* (``Explained.undefined``), which is told apart from nothing to
measure, so that nobody takes a firm that insured nobody last month for one that did not change (S3-23).

**None and unknown.** A value is *unknown* (null, not known) when the caller may not see a data class that it is made of,
when a source that promises no completeness (EVIDENCED) has no record at all of anybody concerned, or when such a relation
has nobody. Where a source is complete (DECLARED: registers, public lists, a bank's own book) nothing stated is 0. A null
that is known says: there is nothing to measure.

**Evidence.** ``explain`` gives a value with the facts that it was computed from; a projection of those facts alone gives the
same value. Sums of money stay in whole fen; where amounts of a source add up past 2⁶² fen there is no sum.
"""

from algorithms.features.csv_list import parse_csv
from algorithms.features.evaluate import Evaluated, evaluate
from algorithms.features.explain import Explained, explain, explain_all
from algorithms.features.reader import load, parse

__all__ = ["Evaluated", "Explained", "evaluate", "explain", "explain_all", "load", "parse", "parse_csv"]
