"""Forms that an answer takes for certain ways of asking: a theme is quoted, speech is reported, guests are groups."""

from __future__ import annotations

import re

from assistant.question.asking import asks, asks_written
from vectorstore.text.normalise import UPPER, fold, syllables
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

# What has a wording of its own: an answer has it after the word ("chủ đề: “…”"), else it only speaks of it.
_WORDED = r"(?:chu de|phuong cham(?! dut)|khau hieu|ten goi|tieu de)"
_ASKS_WORDING = re.compile(
    rf"\b{_WORDED}\b[^?;]*\b(?:la gi|gi|nao|the nao)\s*[?.]*\s*$|^{_WORDED}\b(?!.*\bai\b)|"
    rf"\b{_WORDED}(?: cong tac)?(?: \w+)? (?:gi|nao)\b"
)
_GIVES_WORDING = re.compile(
    rf"\b{_WORDED}\b[^.;“\"”:]{{0,80}}?(?:[:“\"]|\bla\b)|[”\"]\s*(?:lam|la)\s+(?:\w+\s+){{0,2}}{_WORDED}\b"
)
_EVENT = re.compile(r"\b(toa dam|hoi thao|dien dan|hoi thi|cuoc thi|trien lam|tap huan|chuyen de)\b[^.;:]{0,40}$")
_ASKS_SPEECH = re.compile(
    r"\b(?:phat bieu|noi|nhan manh|yeu cau|de nghi|khang dinh|cho rang|ket luan|chi dao|luu y|mong muon)\s+"
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
_DEMANDED = re.compile(r"(?:yeu cau|de nghi|luu y|mong muon|chi dao)\b")
_SHOULD = re.compile(r"\b(?:cần|phải)\b")  # of the sentences that go on with what somebody asks for; not folded: "cán"
_ASKS_REASON = re.compile(
    r"\b(?:vi|tai) sao\b|\bly giai\b|\b(?:do|nho) dau(?: ma)?\b|\bnguyen nhan\b[^?]*\b(?:gi|nao|do dau)\b|"
    r"\bnguyen nhan nao\b"
)
# Not folded: "đó" and "độ" give no reason. "Báo cáo giải trình nguyên nhân" has none either.
_REASON = re.compile(
    r"(?i)\b(?:vì|do|bởi|nhằm|nhờ|xuất phát)\b|(?<!giải trình )(?<!làm rõ )(?<!báo cáo )(?<!phân tích )\bnguyên nhân\b|"
    r"\bcơ sở (?:để )?(?:có|đạt) được\b"
)
_OPENS_REASON = re.compile(
    r"(?i)\W*(?:các |những )?(?:nguyên nhân|do|vì|bởi|lý do|nhờ|cơ sở (?:để )?(?:có|đạt) được)\b"
)
_ASKS_FORCE = re.compile(r"\b(?:hieu luc|ap dung|thi hanh)\b[^?]*\b(?:ngay nao|khi nao|bao gio|thoi gian nao)\b")
_IN_FORCE = re.compile(r"\bhieu luc(?: thi hanh)?(?: ke)? tu ngay\b|\bap dung (?:ke )?tu ngay\b")
_OTHER_ASKED = re.compile(r" (?:nao|ai|may|bao nhieu|vi sao|tai sao) ")
_OPENS_SAYING = re.compile(r"\W*(\w+ \w+(?: \w+){0,5}?) (?:la|gom|bao gom)\b")
# How else texts say why: by what it led to, or by what was wanting.
_LEADS_TO = re.compile(r"(?i)\b(?:nên|dẫn đến|dẫn tới|khiến|làm cho|gây|để|thiếu|chưa|còn|trong khi)\b")
_ASKS_GROUP = re.compile(r"\b(?:nhung ai|gom ai|co ai|nhung thanh phan nao|thanh phan nao)\b")
_GROUP = re.compile(
    r"\b(?:lanh dao|dai dien|thanh vien|thanh phan|cac dong chi|toan the)\b|"
    r"\bgom\b.*\b(?:nguoi|co quan|to chuc|ca nhan|don vi)\b|"
    r"\b(?:doi tuong|truong hop|nhung nguoi|nhom)\b[^.;]{0,60}\bsau(?: day)?:\s*$"
)
_ASKS_RECEIVER = re.compile(
    r"\b(?:cho|voi|boi|giup|len|trinh) ai\b|\b(?:lanh dao|quan ly|chi dao|giam sat|kiem tra|dieu hanh) cua ai\b"
)
_ORGAN = re.compile(  # not folded: "bộ", "sở" and "ban" are common otherwise
    r"\b(?:Bộ|Sở|Ban|Đảng|Nhà nước|Ủy ban|Hội đồng|Chính phủ|Quốc hội|Trung ương|Thường trực|cấp ủy|chính quyền)\b|"
    r"\b[Nn]hân dân\b|\bủy\b"
)
# Not folded: "Bí thư" suffers nothing. Words that follow a mishap of one syllable are no part of it.
_SUFFERED = re.compile(
    r"\bbị (?!(?:can|cáo|hại|đơn|động)\b)"
    r"((?!\w+ (?:bao|mấy|như|gì|nào|thì|là|và|mà|do|trong|tại|khi|nếu|hoặc|được|tối|từ|đến|ít|nhiều|cao|thấp)\b)"
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
# Not folded: "xã", "đồng" and "thống nhất", "hợp nhất" would do.
_MORE = r"(?:nhiều|cao|thấp|lớn|nhỏ|dài|ngắn|mạnh|yếu|tốt|kém|đông|gần|xa)"
_MOST_OF = rf"\b{_MORE}\b(?:\s+\w+){{0,9}}?\s+(?<!thống )(?<!hợp )(?<!thứ )(?<!cập )nhất\b"
# "nhất trí"; "nhất là ở vùng sâu" is "above all".
_MOST_OF += r"(?! trí\b| thể\b| là (?:ở|tại|những|các|đối|với|trong|khi|người|vùng|việc)\b)"
_WHICH = r"(?:(?!khi|thế|ngày|lúc|năm|tháng|giờ)\w+ nào|ai|ở đâu)"
_ASKS_MOST = re.compile(rf"\b{_WHICH}\b.*{_MOST_OF}|{_MOST_OF}.*\b{_WHICH}\b")
_MOST = re.compile(
    rf"{_MOST_OF}|\b(?:dẫn|đứng|hàng) đầu\b|\bđầu tiên\b|\bduy nhất\b|\btối (?:đa|thiểu)\b|"
    rf"\btập trung (?:nhiều |chủ yếu )?(?:ở|tại|vào)\b|\bchủ yếu\b"
)
# Not folded: "giáo viên" is given nothing to do.
_ASKS_TASKS = re.compile(
    r"\bgiao\b(?! thông| dịch| lưu| tiếp| thoa)|\b(?:nhiệm vụ|trách nhiệm) (?:gì|nào|là gì)\b|"
    r"\bphải (?:làm )?(?:gì|những gì)\b"
)
# With the first word of its name, since few write it whole, or as "Sở GD&ĐT".
_BODY = re.compile(r"\b(Sở|Bộ(?! luật)|Cục|Chi cục|Công an|Thanh tra) ([^\W\d_]+)")
_ASKS_SIGNER = re.compile(r"\bai (?:la nguoi )?ky\b|\bdo ai ky\b|\bnguoi ky\b")
_SIGNED = re.compile(r"\bky\b")
_ASKS_AUTHOR = re.compile(r"\btac gia\b|\b(?:ai|nguoi) viet (?:bai|tin)\b")
_BYLINE = re.compile(r"\btac gia\b|\b(?:tin|bai|anh)\b[^.]{0,12}:|\bbai viet\b")
# What befalls people and firms has one name in every text.
_MISHAPS = ("phá sản", "giải thể", "tử vong", "thất nghiệp", "bỏ học", "ly hôn", "đình công", "tai nạn")
_MISHAP = re.compile("|".join(_MISHAPS))
# Where something has its place, and not where somebody was met or something was done with it.
_ASKS_SEAT = re.compile(
    r"\b(?:dat|dong|nam|toa lac)(?: tru so| quan)? (?:o|tai) (?:dau|(?:\w+ ){1,2}nao)\b|\bdia chi\b|"
    r"\b(?:tru so|tru so chinh|van phong)\b[^?,]*\b(?:o|tai) (?:dau|(?:\w+ ){1,2}nao)\b"
)
_HELD = re.compile(r"\b(?:to chuc|dien ra|hop|khai mac|khai truong|ra quan|diem)\b")
_SEATED = re.compile(  # not folded: "đạt", "đồng", "năm"
    r"\b(?:địa chỉ|đặt|đóng|nằm|tọa lạc)\b|\b[Tt]rụ sở\b[^.;]{0,60}(?:\b(?:tại|ở|số)\b|:)|"
    r"\b(?:cơ quan|văn phòng|chi nhánh|phân viện)\b[^.;,]{0,60}\b(?:tại|ở) (?:thành phố|tỉnh|tp)\b",
    re.IGNORECASE,
)
# Of which one: a name of its own, not just the word for it.
_ASKS_ONE_OF = re.compile(
    r"\b(?:ở|tại|của|thuộc|trong)\s+(bệnh viện|công ty|trường|ngân hàng|nhà máy|hợp tác xã|doanh nghiệp) nào\b|"
    r"^\W*(nhà thầu|công ty|doanh nghiệp) nào\b"
)
_ASKS_NAMES = re.compile(
    r"\b(?:những|các|kể tên|tên|liệt kê)\s+(?:\d+\s+)?(tập thể|cá nhân|doanh nghiệp|đơn vị|địa phương|huyện|"
    r"xã|tỉnh|bệnh viện)"
    r"(?= nào\b| đó\b| này\b| ấy\b| kia\b)"
)
# What falls short is asked for in many words and told in few; not folded: "chùa", "chăm".
_ASKS_LIMITS = re.compile(
    r"\b(?:yeu (?:o|ve|kem|diem)|han che|ton tai|nhuoc diem|khuyet diem|thieu sot|bat cap|bi che|chua (?:tot|"
    r"duoc gi|lam duoc)|"
    r"kho khan|vuong mac)\b(?:\s+\w+){0,2}\s+(?:gi|nao)\b|"
    r"\b(?:han che|ton tai|nhuoc diem|khuyet diem|thieu sot|bat cap|bi che)\b[^?]*\b(?:la gi|gi|ra sao|sao|the nao)\W*$"
)
_LIMIT = re.compile(
    r"(?i)\b(?:chưa|hạn chế|thiếu|yếu|kém|chậm|khó khăn|bất cập|vướng mắc|tồn tại|lúng túng|hình thức|lối mòn|còn)\b"
)
_FIRM = "công ty|liên danh|tập đoàn|tổng công ty|hợp tác xã|doanh nghiệp"
_UNIT = r"(?:tinh|thanh pho|tp\.?|huyen|xa|phuong|quan|thi xa)"
_REASONS_ABOVE = re.compile(r"\W*(?:\w{1,4}[.)]\s*)?(?:cac |nhung |ve )?nguyen nhan\b[^.;:]{0,60}:?\s*$")
# "Kết luận số mấy?" asks for a document by its number.
_ASKS_SYMBOL = re.compile(
    r"\b(nghi quyet|quyet dinh|quy dinh|chi thi|ket luan|huong dan|ke hoach|thong tu|nghi dinh|cong van|chuong trinh|"
    r"thong bao|van ban)\s+(?:mang )?so (?:may|bao nhieu|nao)\b"
)
_ASKS_WHICH = re.compile(
    r"\b(?!(?:thế|như|ngày|năm|tháng|quý|khi|lúc|người|việc|cách|mức|nơi|giờ|hôm|bao|gian|điểm|nhóm|loại|dung|vị|quan|cấp|"
    r"đề|vụ|quả|pháp|tượng|chí|ai|kỳ|tiêu|nào)\s)(\w+) nào\b"
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
    what = re.search(_WORDED, asked.group()) if asked else None
    return what.group() if what else None


def only_lists_persons(question: str, sentence: str) -> bool:
    """Whether it is asked what somebody says or does, and the sentence only has persons with their offices."""
    if not asks(_ASKS_ACT, question):
        return False
    said = _ATTENDED.sub("", _one_line(sentence))
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


def gives_reason(question: str, sentence: str) -> bool | None:
    """Whether the sentence gives a reason, where one is asked for; None where none is."""
    return bool(_REASON.search(sentence)) if asks(_ASKS_REASON, question) else None


def says_why(question: str, sentence: str) -> bool:
    """False where a reason is asked for and nothing in the sentence could be one."""
    return gives_reason(question, sentence) is not False or _LEADS_TO.search(sentence) is not None


def opens_with_reason(question: str, sentence: str) -> bool:
    """Whether a reason is asked for and the sentence begins with one: "Nguyên nhân là do …"."""
    return bool(asks(_ASKS_REASON, question) and _OPENS_REASON.match(sentence))


def says_from_when(question: str, sentence: str) -> bool:
    """Whether it is asked from when something is in force and the sentence says that: "có hiệu lực từ ngày …"."""
    return bool(asks(_ASKS_FORCE, question) and _IN_FORCE.search(fold(_one_line(sentence))))


def opens_with_asked(question: str, sentence: str) -> bool:
    """Whether the sentence begins with what is asked about and says what it is: "Trọng tâm là …", "Mục tiêu gồm …"."""
    found = _OPENS_SAYING.match(fold(_one_line(sentence)))
    asked = f" {' '.join(syllables(fold(question)))} "
    if not found or f" {found.group(1)} " not in asked:
        return False
    return not _OTHER_ASKED.search(asked) or bool(re.search(rf" {found.group(1)} (?:nao|la) ", asked))


def asks_group(question: str) -> bool:
    """Whether it is asked who all they are."""
    return asks(_ASKS_GROUP, question) is not None


def asks_reason(question: str) -> bool:
    """Whether a reason is asked for."""
    return asks(_ASKS_REASON, question) is not None


def heads_reasons(line: str) -> bool:
    """Whether the line is a heading under which reasons stand: "2. Nguyên nhân"."""
    return _REASONS_ABOVE.match(fold(line)) is not None


def names_group(question: str, sentence: str) -> bool:
    """Whether the sentence says who by group or organ, which answers "những ai" and "cho ai" without a name."""
    owner = asks(_ASKS_OWNER, question) and (_OWNER.search(sentence) or _ORGAN.search(sentence))
    return bool(asks(_ASKS_GROUP, question) and _GROUP.search(fold(sentence))) or bool(
        owner or (asks(_ASKS_RECEIVER, question) and _ORGAN.search(sentence))
    )


def _one_line(text: str) -> str:
    """Texts from PDF files break lines anywhere."""
    return re.sub(r"\s+", " ", text)


def says_who_wrote(question: str, sentence: str) -> bool:
    """False where it is asked who signed or wrote something and the sentence speaks of no signing or writing."""
    wanted = ((_ASKS_SIGNER, _SIGNED), (_ASKS_AUTHOR, _BYLINE))
    return all(says.search(fold(sentence)) for pattern, says in wanted if asks(pattern, question))


def says_who_did(question: str, sentence: str) -> bool:
    """False where it is asked who chaired, opened or closed something and the sentence speaks of none of that."""
    if not (asked := asks(_ASKS_DOER, question)):
        return True
    done = next(group for group in asked.groups() if group)
    return any(one in fold(sentence) for one in (_PRESIDES if done in _PRESIDES else (done,)))


def says_which_most(question: str, sentence: str) -> bool:
    """False where it is asked which has the most of something and the sentence ranks nothing."""
    return not asks_written(_ASKS_MOST, question) or _MOST.search(_one_line(sentence).lower()) is not None


def names_tasked(question: str, text: str) -> bool:
    """False where it is asked what a body is to do and `text` does not name that body."""
    if not asks_written(_ASKS_TASKS, question) or not (body := _BODY.search(question)):
        return True
    kind, name = body.groups()
    said = _one_line(text)
    return fold(body.group()) in fold(said) or re.search(rf"\b{kind} {name[0].upper()}[A-ZĐ&-]+", said) is not None


def names_mishap(question: str, text: str) -> bool:
    """False where it is asked how many "bị thu hồi" and `text` speaks of no "thu hồi"."""
    named, suffered = asks_written(_MISHAP, question), asks_written(_SUFFERED, question)
    if not (named or suffered):
        return True
    said = _one_line(text).lower()
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


def names_kind(question: str, sentence: str) -> bool:
    """Whether it is asked "luật nào", "cầu nào" and the sentence has one by name: "Luật Đất đai", "cầu Hàm Luông"."""
    asked = asks_written(_ASKS_WHICH, question)
    if asked is None:
        return False
    named = rf"(?i:(?<!yêu )(?<!nhu )\b{asked[1]})\s+(?:số\s+)?[“\"]?[{UPPER}]"
    return re.search(named, _one_line(sentence)) is not None


def lacks_permitted(question: str, sentence: str) -> bool:
    """Whether it is asked "có được cấp lại không" and the sentence speaks of no "cấp lại"."""
    asked = asks(_ASKS_PERMITTED, question)
    return asked is not None and asked[1] not in fold(_one_line(sentence))


def is_form(sentence: str) -> bool:
    """Whether the sentence is a line of a form that leaves blanks to be filled in."""
    return _BLANK.search(sentence) is not None


def says_where(question: str, sentence: str) -> bool:
    """False where it is asked where a body or a thing has its seat and the sentence speaks of no seat."""
    if not asks(_ASKS_SEAT, question) or asks(_HELD, question):
        return True
    return _SEATED.search(sentence) is not None


def names_one_of(question: str, sentence: str) -> bool:
    """False where it is asked "ở bệnh viện nào" and the sentence names no hospital."""
    if not (asked := asks_written(_ASKS_ONE_OF, question)):
        return True
    named = asked[1] or asked[2]
    kinds = _FIRM if named in ("doanh nghiệp", "nhà thầu") else named
    return re.search(rf"\b(?i:{kinds})\s+(?:\w+\s+){{0,2}}?[^\W\d_a-zđ]", _one_line(sentence)) is not None


def says_which(question: str, sentence: str) -> bool:
    """False where it is asked "những tập thể nào" and the sentence only counts or mentions them: "cho các tập thể"."""
    asked = asks_written(_ASKS_NAMES, question)
    if not asked:
        return True
    said = _one_line(sentence)
    named = rf"{re.escape(asked[1])}\s+(?:cơ quan\b|[“\"]?[^\W\d_a-zđ])|(?:gồm|là|như)\b|:"
    only_mentioned = re.search(rf"(?:\d|các|những)\s+{re.escape(asked[1])}\b(?!\s*(?:[:(]|gồm|là|như))", said)
    return only_mentioned is None or re.search(named, said) is not None


def gives_limits(question: str, sentence: str) -> bool | None:
    """Whether the sentence tells of a shortcoming, where one is asked for; None where none is."""
    return _LIMIT.search(sentence) is not None if asks(_ASKS_LIMITS, question) else None
