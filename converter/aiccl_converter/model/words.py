"""Names that a view may call although its source does not: the language's own words for restated loops and values.

Contract: data. What a view really may say is judged by the fidelity check; this only keeps the model from names that
it would be thrown out for.
"""

from __future__ import annotations

WORDS = frozenset(
    """
    all any avg bool by chunk concat copy count dedup default diff distinct each empty enumerate entries exists filter
    find first flat flatten float format get group has if in index int is items join keys last len length list log lower
    lowered map match max merge min not now or parse pick range reduce replace rest reverse reversed round set size skip
    slice some sort sorted split str strip stripped sum swap take timeout trim truncate try unique upper values with
    without zip None null nil true false True False undefined this self super cls
    """.split()
)
