"""What was done beside what is to be done: a target, or what a plan sets out, is no result."""

from __future__ import annotations

import re

from assistant.evidence.contrast import lines_above
from assistant.evidence.sentences import Evidence
from assistant.question.understand import Question
from vectorstore.text.normalise import fold

_GOAL_SAID = re.compile(r"^\W*(?:phấn đấu|mục tiêu|chỉ tiêu)\b|\bphấn đấu\b|\bđặt (?:ra )?(?:mục tiêu|chỉ tiêu)\b")
_GOAL_ASKED = re.compile(  # not folded: "căn nhà", "giao thông"
    r"\b(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|đặt ra|đề ra|phải|cần|nhiệm vụ|dự kiến|sẽ|giao(?! thông| lưu| dịch)|"
    r"yêu cầu|định hướng|phương hướng|giải pháp|đến năm|đến hết|tới năm)\b"
)
_GOAL_ASKED_BARE = re.compile(fold(_GOAL_ASKED.pattern).replace("can|", ""))
# "Thực tế giải ngân được bao nhiêu?" is not told by "Kế hoạch vốn năm 2022 là 28.900 tỷ đồng".
_REACHED_ASKED = re.compile(r"\b(?:thực tế|giải ngân|thực hiện được|đạt được|làm được|hoàn thành)\b")
_PLANNED = re.compile(
    r"\W*(?:\w{1,3}[.)]\s*)?(?:về [^,]{3,60},\s*)?(?:tổng )?(?:kế hoạch|dự toán)\b"
    r"(?!.*\b(?:giải ngân|thực hiện được|đạt|hoàn thành|đã)\b)[^;]*\b(?:là|giao)\b"
)
_SET_ASKED = re.compile(
    r"\b(?:đặt|đề ra|xác định)\s+(?:ra\s+)?(?:chỉ tiêu|mục tiêu)\b|\b(?:chỉ tiêu|mục tiêu) (?:đặt|đề) ra\b"
)
_GOAL_OF = re.compile(
    r"^(?:còn |thế )?(?:mục tiêu|chỉ tiêu) (?:là |phấn đấu )?(?:đến|tới|trong|cho|năm|của|về)\b.*\b(?:bao nhiêu|mấy)\b"
)
_RESULT_SAID = re.compile(r"\b(?:mới|đã|hiện) đạt\b")
_GOAL_SET = re.compile(
    r"\b(?:chỉ tiêu|mục tiêu|phấn đấu|kế hoạch|đặt ra|đề ra|dự kiến|nhiệm vụ|phương hướng|tối thiểu|ít nhất|sẽ|"
    r"(?:đến|tới) (?:năm|cuối|hết))\b"
)
# What is to be done, by kind of document, and where such a document looks back.
_PLANS = frozenset({"Kế hoạch", "Chỉ thị", "Chương trình", "Nghị quyết", "Quyết định", "Hướng dẫn"})
# "Người đã đóng 70 tháng thì được …" states a case.
_DONE_ASKED = re.compile(
    r"^(?!.*\bthì\b)(?:.*\s)?(?<!người )(?<!hộ )(?<!trường hợp )(?<!cá nhân )(?<!tổ chức )(?<!lương )(?<!khi )(?<!nếu )"
    r"đã\b(?! (?:quy định|nêu|đề|đặt|giao|ban hành|đóng|hưởng|nộp))"
)
_DONE_SAID = re.compile(r"\b(?:đã|đạt|so với|đến nay|thời gian qua|lũy kế|hiện có|còn)\b")
_LOOKS_AHEAD = re.compile(r"\b(?:khắc phục|nhiệm vụ|giải pháp|yêu cầu|phương hướng)\b")
_LOOKS_BACK = re.compile(r"\b(?:kết quả|đánh giá|tình hình|thực trạng|khái quát|tồn tại|hạn chế)\b")


def only_a_goal(question: Question, evidence: Evidence) -> bool:
    """A figure is asked for and the sentence gives one to be reached, not one that was."""
    asked = question.text.lower()
    goal = _GOAL_ASKED_BARE.search(asked) if question.unaccented else _GOAL_ASKED.search(asked)
    if question.expects != "number" or goal:
        return False
    if _REACHED_ASKED.search(asked) and _PLANNED.match(evidence.text.lower()):
        return True
    return _GOAL_SAID.search(evidence.text.lower()) is not None or (
        _DONE_ASKED.search(asked) is not None and not question.yes_no and _still_to_do(question, evidence)
    )


def only_a_result(question: Question, evidence: Evidence) -> bool:
    """What was set as a goal is asked for, and neither the sentence nor what it stands under sets any."""
    asked = question.text.lower()
    if question.expects != "number" or question.yes_no:
        return False
    if _GOAL_OF.search(asked) and _RESULT_SAID.search(evidence.text) and not _GOAL_SET.search(evidence.text.lower()):
        return True
    if not _SET_ASKED.search(asked):
        return False
    text = evidence.hit.document.text
    paragraph = text[text.rfind("\n", 0, evidence.start) + 1 : evidence.end].lower()
    around = " ".join((paragraph, *evidence.hit.chunk.section, *lines_above(evidence))).lower()
    return evidence.hit.document.kind not in _PLANS and _GOAL_SET.search(around) is None


def _still_to_do(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence says what a plan or rule has yet to bring about, in the time asked about."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    if document.kind not in _PLANS or _DONE_SAID.search(evidence.text.lower()):
        return False
    issued = document.issue_date
    if issued and question.years and max(question.years) < issued.year:
        return False
    above = (line.lower() for line in (*chunk.section, *lines_above(evidence), document.title))
    return not any(_LOOKS_BACK.search(line) and not _LOOKS_AHEAD.search(line) for line in above)
