"""Forms that an answer takes for certain ways of asking: a theme is quoted, speech is reported, guests are groups."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.question.asking import asking_folded, asks, asks_written
from assistant.question.names import PERSON
from vectorstore.text.normalise import UPPER, fold, one_line, syllables
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

# What has a wording of its own: an answer has it after the word ("chủ đề: “…”"), else it only speaks of it.
_WORDED = r"(?:chu de|phuong cham(?! dut)|khau hieu|ten goi(?! khac)|tieu de)"
_ASKS_WORDING = re.compile(
    rf"\b{_WORDED}\b[^?;]*\b(?:la gi|gi|nao|the nao)\s*[?.]*\s*$|^{_WORDED}\b(?!.*\bai\b)|"
    rf"\b{_WORDED}(?: cong tac)?(?: \w+)? (?:gi|nao)\b(?! khac\b)"
)
_TREATED = re.compile(r"\b(?:danh gia|nhan xet|noi ve|thuc hien|trien khai|cu the hoa|giai thich)(?: \w+){0,2}\s*$")
_GIVES_WORDING = re.compile(
    rf"\b{_WORDED}\b[^.;“\"”:]{{0,80}}?(?:[:“\"]|\bla\b)|[”\"]\s*(?:lam|la)\s+(?:\w+\s+){{0,2}}{_WORDED}\b"
)
_EVENT = re.compile(r"\b(toa dam|hoi thao|dien dan|hoi thi|cuoc thi|trien lam|tap huan|chuyen de)\b[^.;:]{0,40}$")
_ASKS_SPEECH = re.compile(
    r"\b(?:phat bieu|noi(?! nao\b)|nhan manh|yeu cau|de nghi|khang dinh|cho rang|ket luan|chi dao|luu y|mong muon)\s+"
    r"(?:(?:nhung|ve|dieu|van de|noi dung)\s+)*(?:gi|nhu the nao|the nao|nao)\b"
)
_ASKS_ACT = re.compile(
    r"\b(?:phat bieu|noi|neu|nhan manh|yeu cau|de nghi|khang dinh|cho rang|ket luan|chi dao|luu y|cho biet|de xuat|"
    r"kien nghi|chia se|bao cao|trinh bay)\b"
)
# "đồng chí A, Chánh án …": a name and an office, with no lower-case word that is none of either.
_PRESENT = re.compile(
    r"(?:(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à|[Đđ]ại tá|[Tt]hượng tá|[Tt]hiếu tướng|[Tt]rung tướng) )?"
    rf"[{UPPER}][^\W\d_]*(?: [{UPPER}][^\W\d_]*){{1,4}}, "
    r"(?:[Ủủ]y viên|[Nn]guyên|[Pp]hó|[Tt]rưởng|[Cc]hánh|[Cc]hủ|[Gg]iám|"
    r"[Bb]í thư|[Bb]ộ|[Vv]iện|[Cc]ục|[Tt]hứ|[Tt]ổng|[Vv]ụ|[Hh]iệu|[Cc]hính|[Tt]ư lệnh)"
    r"(?:(?!\b(?:phát biểu|nêu|cho|đã|chủ trì|dự|trao|nhấn|yêu|đề nghị|khẳng|báo cáo|trình)\b)[^.:\"“])*\.?"
)
_ATTENDED = re.compile(
    r"^\W*(?:[Tt]ham dự|[Cc]ùng dự|[Dd]ự|[Vv]ề phía)\b[^:;,]{0,60}?\bcó(?: (?:các )?đồng chí:)?\s+(?:các ông, bà:\s+)?"
)
_REPRESENTED = re.compile(r"\s*(?:và )?(?:đại diện|lãnh đạo|các)\b")
_SPEECH = re.compile(
    r"\b(?:khang dinh|nhan manh|yeu cau|de nghi|cho rang|neu ro|neu bat|ghi nhan|bieu duong|luu y|mong muon|mong|"
    r"danh gia|ket luan|quan triet)\b|[:“\"]"
)
_SPEAKS = re.compile(
    r"(?:,[^.;:]{0,80})?\s(?:da )?(?:khang dinh|nhan manh|yeu cau|de nghi|cho rang|cho biet|neu|phat bieu|ghi nhan|"
    r"bieu duong|luu y|chi dao)\b"
)
_DEMANDED = re.compile(r"(?:yeu cau|de nghi|luu y|mong muon|chi dao)\b")
_SHOULD = re.compile(r"\b(?:cần|phải)\b")  # of the sentences that go on with what somebody asks for; not folded: "cán"
_ASKS_REASON = re.compile(
    r"\b(?:vi|tai) sao\b|\bly giai\b|\b(?:do|nho) dau(?: ma)?\b|\bnguyen nhan\b[^?]*\b(?:gi|nao|do dau)\b|"
    r"\b(?:co so|yeu to) nao (?:dem lai|tao nen|de co|giup|lam nen|dan den)\b|\bdua tren co so nao\b|"
    r"\bnguyen nhan nao\b|\bly do(?: \w+){0,2} (?:gi|nao)\b"
)
# Not folded: "đó" and "độ" give no reason. "Báo cáo giải trình nguyên nhân" has none either.
_REASON = re.compile(
    r"(?i)\b(?:vì|do|bởi|nhằm|nhờ|xuất phát)\b|(?<!giải trình )(?<!làm rõ )(?<!báo cáo )(?<!phân tích )\bnguyên nhân\b|"
    r"\bcơ sở (?:để )?(?:có|đạt) được\b|\b(?:trên|là) cơ sở\b"
)
_OPENS_REASON = re.compile(
    r"(?i)\W*(?:các |những )?(?:nguyên nhân|do|vì|bởi|lý do|nhờ|cơ sở (?:để )?(?:có|đạt) được)\b"
)
_LISTS_REASONS = re.compile(r"(?i)[^:;.]{0,60}\bnguyên nhân(?: (?:chính|chủ yếu|cơ bản|chủ quan|khách quan|sau))?\s*:")
_ASKS_HOW = re.compile(r"\b(?:ra sao|(?:nhu )?the nao)\W*$")
OPENS_ALIKE = 5  # syllables
_OTHER_ASKED = re.compile(r" (?:nao|ai|may|bao nhieu|vi sao|tai sao) ")
_OPENS_SAYING = re.compile(r"\W*(\w+ \w+(?: \w+){0,5}?) (?:la|gom|bao gom)\b")
# How else texts say why: by what it led to, or by what was wanting.
_LEADS_TO = re.compile(r"(?i)\b(?:nên|dẫn đến|dẫn tới|khiến|làm cho|gây|để|thiếu|chưa|còn|trong khi)\b")
_WEAK = frozenset({"còn", "chưa", "thiếu", "trong khi"})  # say as well what the matter is
_REASON_WORDS = frozenset({"vi", "sao", "tai", "do", "dau", "nguyen", "nhan", "la", "gi", "ly", "den", "toi"})
RESTATED = 0.75  # share of the words
_ASKS_GROUP = re.compile(r"\b(?:nhung ai|gom ai|co ai|nhung thanh phan nao|thanh phan nao)\b")
_GROUP = re.compile(
    r"\b(?:lanh dao|dai dien|thanh vien|thanh phan|cac dong chi|toan the)\b|"
    r"\bgom\b.*\b(?:nguoi|co quan|to chuc|ca nhan|don vi)\b|\b(?:vai tro|trach nhiem|y kien|su tham gia) cua\b|"
    r"\b(?:doi tuong|truong hop|nhung nguoi|nhom)\b[^.;]{0,60}\bsau(?: day)?:\s*$"
)
_ASKS_RECEIVER = re.compile(
    r"\b(?:cho|voi|boi|giup|len|trinh) ai\b|\bcua (?:nhung )?ai (?:voi|doi voi|trong)\b|"
    r"\b(?:lanh dao|quan ly|chi dao|giam sat|kiem tra|dieu hanh) cua ai\b"
)
_ORGAN = re.compile(  # not folded: "bộ", "sở" and "ban" are common otherwise
    r"\b(?:Bộ|Sở|Ban|Đảng|Nhà nước|Ủy ban|Hội đồng|Chính phủ|Quốc hội|Trung ương|Thường trực|cấp ủy|chính quyền)\b|"
    r"\b[Nn]hân dân\b|\bủy\b"
)
# Not folded: "Bí thư" suffers nothing. Words that follow a mishap of one syllable are no part of it.
_SUFFERED = re.compile(
    r"\bbị (?!(?:can|cáo|hại|đơn|động|quá)\b)"
    r"((?!\w+ (?:bao|mấy|như|gì|nào|thì|là|và|mà|do|trong|tại|ở|vào|ra|hơn|khi|nếu|hoặc|được|tối|từ|"
    r"đến|ít|nhiều|cao|thấp|sẽ|đã|phải|cần|cho|với|của|này|chưa|không)\b)"
    r"\w+ \w+)\b"
)
_SUFFERED_ALIKE = (("trễ hạn", "quá hạn", "chậm hạn"), ("hư hỏng", "hỏng", "hư hại"), ("xử phạt", "phạt", "xử lý"))
_DEATH = re.compile(r"\b(?:chết|tử vong|thiệt mạng|tử nạn|hy sinh)\b")
# "… là việc của ai?": a duty may be everybody's, a body's or a system's.
_ASKS_OWNER = re.compile(r"\b(?:nhiem vu|trach nhiem|viec|chuyen|tham quyen) cua (?:nhung |rieng )?ai\b")
_OWNER = re.compile(r"\b(?:Mặt trận|[Hh]ệ thống|[Tt]ổ chức|[Đđ]oàn thể|[Cc]ơ quan|[Đđ]ơn vị|[Mm]ọi người)\b")
# Who did it is told beside what was done.
_DOES = r"(chu tri|chu toa|dieu hanh|khai mac|be mac|trinh bay)\b"
_ASKS_DOER = re.compile(rf"\bai\s+(?:(?:la|nguoi|da|se|dong)\s+)*{_DOES}|\b{_DOES}[^?]{{0,140}}\bla ai\b")
_PRESIDES = ("chu tri", "chu toa", "dieu hanh")
# Not folded: "giáo viên" is given nothing to do.
_ASKS_TASKS = re.compile(
    r"\bgiao\b(?! thông| dịch| lưu| tiếp| thoa)|\b(?:nhiệm vụ|trách nhiệm) (?:gì|nào|là gì)\b|"
    r"\bphải (?:làm )?(?:gì|những gì)\b"
)
# With the first word of its name, since few write it whole, or as "Sở GD&ĐT".
_BODY = re.compile(r"\b(Sở|Bộ(?! luật)|Cục|Chi cục|Công an|Thanh tra) ([^\W\d_]+)")
_ASKS_SIGNER = re.compile(r"\bai (?:la nguoi )?ky\b|\bdo ai ky\b|\bnguoi ky\b")
_SIGNED = re.compile(r"(?i)\bký\b")  # not folded: "kỹ", "kỳ"
_ASKS_AUTHOR = re.compile(
    r"\btac gia\b|\b(?:ai|nguoi) (?:viet|dua|chup) (?:bai|tin|anh)\b|"
    r"^\W*(?:tin|bai(?: viet)?|anh)\b[^?]*\b(?:cua|do) ai\b"
)
_BYLINE = re.compile(r"\btac gia\b|\b(?:tin|bai|anh)\b[^.]{0,12}:|\bbai viet\b")
# What befalls people and firms has one name in every text.
_MISHAPS = ("phá sản", "giải thể", "tử vong", "thất nghiệp", "bỏ học", "ly hôn", "đình công", "tai nạn")
_MISHAP = re.compile("|".join(_MISHAPS))
# What falls short is asked for in many words and told in few; not folded: "chùa", "chăm".
_ASKS_LIMITS = re.compile(
    r"\b(?:yeu (?:o|ve|kem|diem)|diem yeu|han che|ton tai|nhuoc diem|khuyet diem|thieu sot|bat cap|bi che|chua (?:tot|"
    r"duoc gi|lam duoc)|"
    r"kho khan|vuong mac)\b(?:\s+\w+){0,2}\s+(?:gi|nao)\b|"
    r"\b(?:han che|ton tai|nhuoc diem|khuyet diem|thieu sot|bat cap|bi che)\b[^?]*\b(?:la gi|gi|ra sao|sao|the nao)\W*$"
)
_LIMIT = re.compile(
    r"(?i)\b(?:chưa|hạn chế|thiếu|yếu|kém|chậm|khó khăn|bất cập|vướng mắc|tồn tại|lúng túng|hình thức|lối mòn|còn)\b"
)
_UNIT = r"(?:tinh|thanh pho|tp\.?|huyen|xa|phuong|quan|thi xa)"
_REASONS_ABOVE = re.compile(r"\W*(?:\w{1,4}[.)]\s*)?(?:cac |nhung |ve )?nguyen nhan\b[^.;:]{0,60}:?\s*$")
# "Kết luận số mấy?" asks for a document by its number.
_ASKS_SYMBOL = re.compile(
    r"\b(nghi quyet|quyet dinh|quy dinh|chi thi|ket luan|huong dan|ke hoach|thong tu|nghi dinh|cong van|chuong trinh|"
    r"thong bao|van ban)\s+(?:mang )?so (?:may|bao nhieu|nao)\b"
)
_ASKS_PERMITTED = re.compile(r"\bco (?:duoc|phai|bi) (\w+ \w+)(?: \w+)? (?:khong|ko|hay khong)\s*[?.]*\s*$")
_BLANK = re.compile(r"\.{5,}|…(?:…|\.{2})|_{4,}")  # to be filled in; "lúa, ngô,…." only goes on


def gives_wording(question: str, sentence: str) -> bool | None:
    """Whether the sentence has the wording of the theme, motto or title that is asked for; None if none is."""
    if (what := wording_asked(question)) is None:
        return None
    said, asked = fold(sentence), fold(question)
    return any(
        what in given.group() and not _of_event(said[: given.start()], asked) for given in _GIVES_WORDING.finditer(said)
    )


def _of_event(before: str, asked: str) -> bool:
    """Whether the theme is that of a seminar or contest which the question does not speak of."""
    event = _EVENT.search(before)
    return event is not None and event[1] not in asked


def wording_asked(question: str) -> str | None:
    """What the wording is asked of, folded: "chu de", "phuong cham"; None where no wording is asked for."""
    asked = asks(_ASKS_WORDING, question)
    if asked and _TREATED.search(fold(question)[: asked.start()]):
        return None
    what = re.search(_WORDED, asked.group()) if asked else None
    return what.group() if what else None


def only_lists_persons(question: str, sentence: str) -> bool:
    """Whether it is asked what somebody says or does, and the sentence only has persons with their offices."""
    if not asks(_ASKS_ACT, question):
        return False
    said = _ATTENDED.sub("", one_line(sentence))
    parts = [part for part in said.split(";") if part.strip(" .") and not _REPRESENTED.match(part)]
    return bool(parts) and all(_PRESENT.fullmatch(part.strip()) for part in parts)


def reports_speech(question: str, sentence: str) -> bool | None:
    """Whether the sentence reports what was said, where that is asked for; None where it is not."""
    asked = asks(_ASKS_SPEECH, question)
    if not asked:
        return None
    return (
        bool(_SPEECH.search(fold(sentence)))
        or (_DEMANDED.match(asked.group()) and _SHOULD.search(sentence)) is not None
    )


def other_speaker(question: str, person: str, sentence: str) -> bool:
    """Whether it is asked what somebody said and the sentence says who else did: "đồng chí B đề nghị …"."""
    if not asks(_ASKS_SPEECH, question):
        return False
    said = one_line(sentence)
    speakers = [found.group() for found in PERSON.finditer(said) if _SPEAKS.match(fold(said[found.end() :]))]
    return bool(speakers) and fold(person) not in fold(said)


def gives_reason(question: str, sentence: str) -> bool | None:
    """Whether the sentence gives a reason, where one is asked for; None where none is."""
    return bool(_REASON.search(sentence)) if asks_reason(question) else None


def says_why(question: str, sentence: str) -> bool:
    """False where a reason is asked for and nothing in the sentence could be one."""
    if gives_reason(question, sentence) is not False:
        return True
    leads = _LEADS_TO.findall(sentence)
    return any(word.lower() not in _WEAK for word in leads) or (bool(leads) and not _restates(question, sentence))


def _restates(question: str, sentence: str) -> bool:
    """Whether the sentence has nearly all words of what is asked the reason of, and hardly more."""
    asked, said = set(syllables(fold(question))) - _REASON_WORDS, set(syllables(fold(sentence)))
    return len(asked & said) >= RESTATED * len(asked)


def opens_with_reason(question: str, sentence: str) -> bool:
    """Whether a reason is asked for and the sentence begins with one: "Nguyên nhân là do …"."""
    if not asks_reason(question):
        return False
    return _OPENS_REASON.match(sentence) is not None or _LISTS_REASONS.match(sentence) is not None


def opens_with_asked(question: str, sentence: str) -> bool:
    """Whether the sentence begins with what is asked about and says what it is: "Trọng tâm là …", "Mục tiêu gồm …"."""
    found = _OPENS_SAYING.match(fold(one_line(sentence)))
    asked = f" {' '.join(syllables(fold(question)))} "
    if not found or f" {found.group(1)} " not in asked:
        return False
    return not _OTHER_ASKED.search(asked) or bool(re.search(rf" {found.group(1)} (?:nao|la) ", asked))


def opens_with_measured(question: str, sentence: str) -> bool:
    """Whether it is asked how something is, and the sentence begins with its name: "Tỷ lệ tập hợp … tăng chậm"."""
    if not asks(_ASKS_HOW, question):
        return False
    asked, said = syllables(fold(question)), syllables(fold(sentence))
    return len(said) > OPENS_ALIKE and f" {' '.join(said[:OPENS_ALIKE])} " in f" {' '.join(asked)} "


def asks_group(question: str) -> bool:
    """Whether it is asked who all they are."""
    return asks(_ASKS_GROUP, question) is not None


@lru_cache(maxsize=8192)
def asks_reason(question: str) -> bool:
    """Whether a reason is asked for."""
    return _ASKS_REASON.search(asking_folded(question)) is not None


def heads_reasons(line: str) -> bool:
    """Whether the line is a heading under which reasons stand: "2. Nguyên nhân"."""
    return _REASONS_ABOVE.match(fold(line)) is not None


def names_group(question: str, sentence: str) -> bool:
    """Whether the sentence says who by group or organ, which answers "những ai" and "cho ai" without a name."""
    owner = asks(_ASKS_OWNER, question) and (_OWNER.search(sentence) or _ORGAN.search(sentence))
    return bool(asks(_ASKS_GROUP, question) and _GROUP.search(fold(sentence))) or bool(
        owner or (asks(_ASKS_RECEIVER, question) and _ORGAN.search(sentence))
    )


def says_who_wrote(question: str, sentence: str) -> bool:
    """False where it is asked who signed or wrote something and the sentence speaks of no signing or writing."""
    if asks(_ASKS_SIGNER, question) and not _SIGNED.search(sentence):
        return False
    return not asks(_ASKS_AUTHOR, question) or _BYLINE.search(fold(sentence)) is not None


def says_who_did(question: str, sentence: str) -> bool:
    """False where it is asked who chaired, opened or closed something and the sentence speaks of none of that."""
    if not (asked := asks(_ASKS_DOER, question)):
        return True
    done = next(group for group in asked.groups() if group)
    return any(one in fold(sentence) for one in (_PRESIDES if done in _PRESIDES else (done,)))


def names_tasked(question: str, text: str) -> bool:
    """False where it is asked what a body is to do and `text` does not name that body."""
    if not asks_written(_ASKS_TASKS, question) or not (body := _BODY.search(question)):
        return True
    kind, name = body.groups()
    said = one_line(text)
    return fold(body.group()) in fold(said) or re.search(rf"\b{kind} {name[0].upper()}[A-ZĐ&-]+", said) is not None


def names_mishap(question: str, text: str) -> bool:
    """False where it is asked how many "bị thu hồi" and `text` speaks of no "thu hồi"."""
    named, suffered = asks_written(_MISHAP, question), asks_written(_SUFFERED, question)
    if not (named or suffered):
        return True
    said = one_line(text).lower()
    if named and any(mishap in question.lower() and mishap not in said for mishap in _MISHAPS):
        return False
    if suffered and suffered[1].startswith("chết"):
        return _DEATH.search(said) is not None
    if suffered is None or re.search(r"\b(?:không|chưa) bị\b", question.lower()):  # what was spared is told otherwise
        return True
    alike = next((group for group in _SUFFERED_ALIKE if suffered[1] in group), (suffered[1],))
    return any(fold(one) in fold(said) for one in alike)


def puts_place(statement: str, name: str) -> bool:
    """Whether what a statement puts for confirmation is a place: "… tổ chức tại Đà Nẵng"."""
    ending = rf"\b(?:tai|o)\s+(?:{_UNIT}\s+)?{re.escape(fold(name))}\W*$"
    return re.search(ending, fold(statement)) is not None


def gives_symbol(question: str, sentence: str) -> bool | None:
    """Whether the sentence has the number of a document of the kind asked for; None where none is asked for."""
    if not (asked := asks(_ASKS_SYMBOL, question)):
        return None
    kind = asked[1]
    named = (fold(DOCUMENT_TYPES.get(symbol.named or symbol.type or "", "")) for symbol in find_symbols(sentence))
    return any(kind in ("van ban", name) for name in named)


def lacks_permitted(question: str, sentence: str) -> bool:
    """Whether it is asked "có được cấp lại không" and the sentence speaks of no "cấp lại"."""
    asked = asks(_ASKS_PERMITTED, question)
    return asked is not None and asked[1] not in fold(one_line(sentence))


def is_form(sentence: str) -> bool:
    """Whether the sentence is a line of a form that leaves blanks to be filled in."""
    return _BLANK.search(sentence) is not None


def gives_limits(question: str, sentence: str) -> bool | None:
    """Whether the sentence tells of a shortcoming, where one is asked for; None where none is."""
    return _LIMIT.search(sentence) is not None if asks(_ASKS_LIMITS, question) else None
