"""Every measure on cases small enough to work out by hand; the arithmetic stands beside the expected value."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, nDCG
from scipy.stats import bootstrap as scipy_bootstrap

from assistant.types import Answer, Citation, Claim, SearchHit
from eval.datasets import Question
from eval.metrics_abstention import (
    abstention_scores,
    array,
    aurc,
    auroc,
    calibration_error,
    reliability,
    risk_coverage,
)  # fmt: skip
from eval.metrics_answer import answer_scores, exact_match, token_f1
from eval.metrics_citation import citation_scores
from eval.metrics_retrieval import evidence_rank, fact_recall, retrieval_scores
from eval.metrics_stats import bootstrap, bootstrap_mean, mcnemar, paired_bootstrap, sign_flip_drop
from eval.textmatch import contains, same_source

EXACT = pytest.approx


def close(value: float) -> object:
    return EXACT(value, abs=1e-9)


def hit(rank: int, source: str, quote: str = "", symbol: str | None = None) -> SearchHit:
    return SearchHit(
        rank=rank, score=1 / rank, dense=None, lexical=None, chunk_id=f"c{rank}", document_id=source, source=source,
        title=source, symbol=symbol, locator="", page=None, quote=quote, start=0, end=len(quote), url="",
    )  # fmt: skip


def cited(n: int, source: str, quote: str) -> Citation:
    return Citation(
        n=n, document_id=source, source=source, title=source, symbol=None, locator="", page=None, quote=quote, start=0,
        end=len(quote), url="",
    )  # fmt: skip


def answered(text: str, citations: Sequence[Citation], claims: Sequence[Claim] = ()) -> Answer:
    return Answer(
        status="answered", answer=text, claims=tuple(claims), citations=tuple(citations), standalone_question="?",
        confidence=0.9, model="fake",
    )  # fmt: skip


ABSTAINED = Answer(
    status="abstained", reason="not_found", answer="", standalone_question="?", confidence=0.1, model="f"
)


# words ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "alternative", "found"),
    [
        ("cả nước có 183.676 mô hình", "183.676", True),
        ("năm 1933", "33", False),  # part of another number
        ("17.500 hộ", "17", False),  # the figure before a thousands dot
        ("hộ nghèo giảm 2,5%", "2", False),
        ("ngày 8/1/2024", "8/1", True),
        ("ngày 28/1", "8/1", False),
        ("trao cho 33, trong đó 17.", "17", True),  # a full stop is no decimal mark
        ("Sức khoẻ và cấp uỷ", "sức khỏe và cấp ủy", True),  # tone placement, case
        ("Điểu K’Ré", "Điểu K'Ré", True),  # typographic apostrophe
        ("Dân vận khéo", "da\u0302n va\u0323\u0302n khe\u0301o", True),  # NFD
        ("bí thư chi bộ", "bí thư chi", True),
        ("toàn dân", "toàn dâ", False),  # not a whole word
    ],
)
def test_facts_are_found_as_whole_words_in_one_spelling(text: str, alternative: str, found: bool) -> None:
    assert contains(text, alternative) is found


def test_a_source_is_recognised_by_name_stem_or_symbol() -> None:
    assert same_source("bao-cao.txt", "bao-cao.txt")
    assert same_source("bao-cao", "bao-cao.docx")
    assert same_source("25-NQ/TW", "nq.pdf", symbol="25 - NQ/TW")
    assert not same_source("bao-cao.txt", "bao-cao.docx")


# retrieval ------------------------------------------------------------------------------------------------------------
def test_retrieval_measures_by_hand() -> None:
    question = Question(id="q", question="?", facts=(("x",),), sources=("a", "b"))
    hits = [hit(1, "z"), hit(2, "a"), hit(3, "a"), hit(4, "y"), hit(5, "b")]
    # Distinct documents in order: z a y b, so a has rank 2 and b rank 4.
    scores = retrieval_scores(question, hits)
    assert scores["recall@1"] == close(0 / 2)
    assert scores["recall@5"] == close(2 / 2)
    assert scores["mrr@10"] == close(1 / 2)
    assert scores["ndcg@10"] == close((1 / log2(2 + 1) + 1 / log2(4 + 1)) / (1 / log2(1 + 1) + 1 / log2(2 + 1)))


def test_graded_relevance_counts_in_ndcg() -> None:
    question = Question(id="q", question="?", relevance={"a": 3, "b": 1})
    scores = retrieval_scores(question, [hit(1, "b"), hit(2, "a")])
    assert scores["ndcg@10"] == close((1 / log2(2) + 3 / log2(3)) / (3 / log2(2) + 1 / log2(3)))


def test_retrieval_measures_agree_with_ir_measures_on_random_rankings() -> None:
    rng = np.random.default_rng(7)
    documents = [f"d{n}" for n in range(30)]
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    ours = []
    for number in range(40):
        ranking = list(rng.permutation(documents)[:15])
        relevant = {str(name): int(rng.integers(1, 4)) for name in rng.choice(documents, 3, replace=False)}
        qrels[str(number)] = relevant
        run[str(number)] = {str(name): 100.0 - rank for rank, name in enumerate(ranking)}
        question = Question(id=str(number), question="?", relevance=relevant)
        ours.append(retrieval_scores(question, [hit(r, str(name)) for r, name in enumerate(ranking, start=1)]))
    expected = ir_measures.calc_aggregate([R @ 1, R @ 5, R @ 10, RR @ 10, nDCG @ 10], qrels, run)
    for measure, name in ((R @ 1, "recall@1"), (R @ 5, "recall@5"), (R @ 10, "recall@10"), (RR @ 10, "mrr@10"),
                          (nDCG @ 10, "ndcg@10")):  # fmt: skip
        assert np.mean([scores[name] for scores in ours]) == close(expected[measure])


def test_fact_recall_reads_passages_of_the_expected_source_only() -> None:
    question = Question(id="q", question="?", facts=(("12.911",), ("18.492", "mười tám nghìn")), sources=("a",))
    hits = [hit(1, "z", "12.911 và 18.492"), hit(2, "a", "12.911 tập thể"), hit(6, "a", "18.492 cá nhân")]
    scores = fact_recall(question, [hits[0], hits[1], *(hit(n, "z") for n in (3, 4, 5)), hits[2]])
    assert scores == {"fact_recall@1": 0 / 2, "fact_recall@5": 1 / 2, "fact_recall@10": 2 / 2}
    assert evidence_rank(question, [hits[0], hits[1]]) is None
    assert evidence_rank(question, hits) == 3


# answers --------------------------------------------------------------------------------------------------------------
def test_accuracy_needs_every_fact_and_a_right_source() -> None:
    question = Question(id="q", question="?", facts=(("33",), ("17",)), sources=("a.txt", "b.txt"))
    right = answered("33 đề án [1], trong đó 17 do Bộ Chính trị giao [1].", [cited(1, "b.txt", "…")])
    assert answer_scores(question, right) == {"accuracy": 1.0, "facts": 1.0, "source": 1.0}
    assert answer_scores(question, answered("33 đề án [17]", [cited(1, "b.txt", "…")]))["facts"] == 0.0
    elsewhere = answered("33 đề án, 17 được giao", [cited(1, "z.txt", "…")])
    assert answer_scores(question, elsewhere) == {"accuracy": 0.0, "facts": 1.0, "source": 0.0}
    assert answer_scores(question, ABSTAINED)["accuracy"] == 0.0
    absent = Question(id="u", question="?", answerable=False)
    assert answer_scores(absent, ABSTAINED) == {"accuracy": 1.0}
    assert answer_scores(absent, right) == {"accuracy": 0.0}


# What the official evaluate-v2.0.py gives for these pairs: best exact match and best F1 over the spans.
OFFICIAL = [
    ("The Denver Broncos", ["Denver Broncos", "the Broncos"], 1, 1.0),
    ("Broncos won, in 2016.", ["2016"], 0, 0.4),
    ("", [""], 1, 1.0),
    ("something", [""], 0, 0.0),
    ("bốn lựa chọn Pro Bowl", ["bốn lựa chọn"], 0, 0.7499999999999999),
    ("Ông là Trưởng Ban Dân vận Trung ương.", ["Trưởng ban Dân vận Trung ương"], 0, 0.8571428571428571),
    ("từ 06 tháng đến 03 năm", ["phạt tù từ 06 tháng đến 03 năm"], 0, 0.8571428571428571),
    ("308", ["308 điểm", "308"], 1, 1.0),
    ("năm năm năm", ["năm năm"], 0, 0.8),
    ("07 năm", ["18 tuổi"], 0, 0.0),
]


@pytest.mark.parametrize(("given", "golds", "em", "f1"), OFFICIAL)
def test_squad_scores_are_those_of_the_official_script(given: str, golds: list[str], em: int, f1: float) -> None:
    assert exact_match(given, golds, "en") == close(em)
    assert token_f1(given, golds, "en") == close(f1)
    if "the" not in " ".join([given, *golds]).lower().split():  # without English articles ours agrees too
        assert (exact_match(given, golds), token_f1(given, golds)) == (close(em), close(f1))


def test_f1_by_hand() -> None:
    # shared: "trưởng ban dân vận trung ương" = 6 of 8 given tokens and 6 of 6 wanted: 2·(6/8)·1 / (6/8 + 1)
    given, gold = "Ông là Trưởng Ban Dân vận Trung ương", "Trưởng ban Dân vận Trung ương"
    assert token_f1(given, [gold]) == close(2 * (6 / 8) * 1 / (6 / 8 + 1))


def test_vietnamese_normalisation_keeps_an_and_joins_tone_placements() -> None:
    assert exact_match("công an", ["công"]) == 0.0
    assert exact_match("công an", ["công"], "en") == 1.0  # the official script drops "an" as an article
    assert exact_match("cấp uỷ", ["Cấp ủy."]) == 1.0


def test_an_extractive_abstention_is_an_empty_answer() -> None:
    asked = Question(id="q", question="?", facts=(("308",),), sources=("a.txt",), extractive=True)
    absent = Question(id="u", question="?", answerable=False, extractive=True)
    assert answer_scores(asked, ABSTAINED)["f1"] == 0.0
    assert answer_scores(absent, ABSTAINED)["em"] == 1.0


# citations ------------------------------------------------------------------------------------------------------------
def words_in(claim: str, evidence: Sequence[str]) -> bool:
    """Entailment for these tests: every word of the claim is in the evidence."""
    return set(claim.split()) <= set(" ".join(evidence).split())


def test_citation_recall_and_precision_after_alce() -> None:
    quotes = [cited(1, "a", "một hai"), cited(2, "a", "ba"), cited(3, "a", "bốn"), cited(4, "a", "một hai ba")]
    claims = [
        Claim(text="một hai ba", citations=(1, 2)),  # only together: both are needed
        Claim(text="một hai", citations=(1, 3)),  # 3 says nothing of it and 1 is enough: 3 is irrelevant
        Claim(text="năm", citations=(1,)),  # not entailed: its citation does not count
        Claim(text="một", citations=(1, 4)),  # each is enough alone: both count
        Claim(text="ba", citations=()),  # uncited
    ]
    scores = citation_scores(answered("…", quotes, claims), words_in)
    assert scores["citation_recall"] == close(3 / 5)
    assert scores["citation_precision"] == close((2 + 1 + 0 + 2) / (2 + 2 + 1 + 2))
    assert (scores["claims"], scores["unsupported"]) == (5.0, 2.0)
    assert citation_scores(ABSTAINED, words_in) == {}


# abstention and calibration -------------------------------------------------------------------------------------------
def test_abstention_by_hand() -> None:
    abstained, answerable = array([1, 1, 0, 0, 1, 0]), array([0, 1, 0, 1, 0, 1])
    # 3 abstentions, 2 of them right; 3 unanswerable questions.
    scores = abstention_scores(abstained, answerable)
    assert scores["abstention_precision"] == close(2 / 3)
    assert scores["abstention_recall"] == close(2 / 3)
    assert scores["abstention_f1"] == close(2 * (2 / 3) * (2 / 3) / (2 / 3 + 2 / 3))
    assert np.isnan(abstention_scores(array([0, 0]), array([1, 1]))["abstention_recall"])


def test_auroc_counts_pairs() -> None:
    # positives .9 .4, negatives .5 .4: pairs .9>.5, .9>.4, .4<.5, .4=.4 → (1 + 1 + 0 + ½) / 4
    assert auroc(array([0.9, 0.4, 0.5, 0.4]), array([1, 1, 0, 0])) == close(2.5 / 4)
    assert np.isnan(auroc(array([0.1, 0.2]), array([1, 1])))


def test_risk_coverage_by_hand() -> None:
    confidence, error = array([0.9, 0.8, 0.7, 0.6]), array([0, 1, 0, 1])
    coverage, risk = risk_coverage(confidence, error)
    assert coverage.tolist() == [1 / 4, 2 / 4, 3 / 4, 4 / 4]
    assert risk.tolist() == [close(0 / 1), close(1 / 2), close(1 / 3), close(2 / 4)]
    assert aurc(confidence, error) == close((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_risk_coverage_does_not_depend_on_the_order_of_ties() -> None:
    confidence = array([0.5, 0.5, 0.5])
    assert aurc(confidence, array([0, 0, 1])) == close(1 / 3)
    assert aurc(confidence, array([1, 0, 0])) == close(1 / 3)


def test_calibration_error_by_hand() -> None:
    # 15 bins of 1/15: .95 and .97 share the last one, .10 is in the second.
    confidence, right = array([0.95, 0.97, 0.10]), array([1, 0, 0])
    expected = 2 / 3 * abs(1 / 2 - (0.95 + 0.97) / 2) + 1 / 3 * abs(0 - 0.10)
    assert calibration_error(confidence, right) == close(expected)
    assert reliability(confidence, right) == [(close(0.10), 0.0, 1), (close(0.96), 0.5, 2)]
    assert calibration_error(array([1.0]), array([1])) == close(0.0)  # confidence 1 falls into the last bin


# uncertainty ----------------------------------------------------------------------------------------------------------
def test_bootstrap_is_seeded_and_agrees_with_scipy() -> None:
    values = np.random.default_rng(3).random(80).tolist()
    ours = bootstrap_mean(values, seed=11)
    assert ours == bootstrap_mean(values, seed=11)
    theirs = scipy_bootstrap(
        (np.array(values),), np.mean, n_resamples=1000, method="percentile", rng=np.random.default_rng(11)
    ).confidence_interval
    assert (ours.low, ours.high) == (close(theirs.low), close(theirs.high))


def test_bootstrap_has_no_interval_for_one_question_and_skips_undefined_draws() -> None:
    assert bootstrap_mean([1.0], seed=0).low is None
    labels = np.array([1.0, 0.0, 0.0])
    share = bootstrap(lambda index: float("nan") if labels[index].sum() == 0 else 1.0, 3, seed=0)
    assert (share.low, share.high) == (1.0, 1.0)


def test_mcnemar_by_hand() -> None:
    before, after = [True] * 6 + [False] * 1 + [True] * 3, [False] * 6 + [True] * 1 + [True] * 3
    lost, won, p = mcnemar(before, after)
    # 7 disagreements, 6 one way: 2 · (C(7,6) + C(7,7)) / 2^7
    assert (lost, won, p) == (6, 1, close(2 * (7 + 1) / 128))
    assert mcnemar([True, False], [True, False]) == (0, 0, 1.0)


def test_paired_bootstrap_sees_a_steady_difference() -> None:
    before = [0.1 * n for n in range(10)]
    after = [value + 0.05 for value in before]
    change = paired_bootstrap(before, after, seed=0)
    assert change.value == close(0.05)
    assert change.low is not None
    assert change.low > 0


def test_sign_flip_test_by_hand() -> None:
    # Five questions lost, none won: of the 2^5 sign patterns only this one has a mean as low.
    assert sign_flip_drop([1] * 8, [0] * 5 + [1] * 3, seed=0) == close(1 / 2**5)
    # Lost one, won one: three of the four patterns (−2, 0, 0, +2) are at or below 0.
    assert sign_flip_drop([1, 0], [0, 1], seed=0) == close(3 / 4)
    assert sign_flip_drop([1, 1, 0], [1, 1, 0], seed=0) == 1.0
    assert sign_flip_drop([1] * 40, [0] * 20 + [1] * 20, seed=0) < 0.001
