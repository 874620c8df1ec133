"""Terms of administration that questions use whether or not the documents at hand do: "thu ngân sách", "hộ nghèo".

Diacritics are restored from the corpus's own words; these count as a little more text of it, so that a term which the
documents lack, or have less often than one that looks alike, is still read as what it is.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Protocol

from vectorstore.text.normalise import fold, tone_key

WEIGHT = 4  # how many occurrences in the documents one mention here counts for
_TERMS = """
thu ngân sách; chi ngân sách; tổng thu ngân sách; tổng chi ngân sách; ngân sách nhà nước; ngân sách địa phương;
tổng thu; tổng chi; tổng số; tổng cộng; cộng lại; tổng mức; tổng vốn; dự toán; quyết toán; thu nhập bình quân;
hộ nghèo; hộ cận nghèo; tỷ lệ hộ nghèo; giảm nghèo; người nghèo; nhà ở xã hội; nhà tạm; nước sạch; việc làm;
thất nghiệp; bảo hiểm y tế; bảo hiểm xã hội; mức lương cơ sở; lương tối thiểu; tiền lương; tiền thưởng; trợ cấp;
mức hỗ trợ; mức thu; mức chi; mức đóng; mức phạt; mức thưởng; mỗi tháng; mỗi năm; mỗi người; mỗi hộ; mỗi mô hình;
tiền thuê nhà; số tiền; bao nhiêu tiền; bao nhiêu đồng; triệu đồng; tỷ đồng; nghìn đồng; phần trăm; thời hạn;
thời gian; hiệu lực; hết hiệu lực; ban hành; bãi bỏ; thay thế; sửa đổi; bổ sung; quy định; quyết định; nghị quyết;
nghị định; thông tư; chỉ thị; kết luận; hướng dẫn; kế hoạch; chương trình; báo cáo; đề án; quy chế; công văn;
văn bản này; văn bản đó; nghị quyết này; quyết định này; nghị định này; thông tư này; ai ký; do ai; ký ban hành;
người ký; ngày ký; ngày nào; tháng nào; năm nào; năm nay; năm ngoái; năm trước; nơi nào; huyện nào; xã nào;
tỉnh nào; cao hơn; thấp hơn; nhiều hơn; ít hơn; cao nhất; thấp nhất; nhiều nhất; ít nhất; tối đa; tối thiểu;
bí thư; phó bí thư; chủ tịch; phó chủ tịch; giám đốc; phó giám đốc; trưởng ban; phó trưởng ban; bộ trưởng;
thứ trưởng; thủ tướng; tổng bí thư; chủ nhiệm; trưởng phòng; chánh văn phòng; chức vụ; giữ chức; giữ chức vụ gì;
bổ nhiệm; miễn nhiệm; tiền nhiệm; người tiền nhiệm; đương nhiệm; kế nhiệm; nhiệm kỳ; trước ông; trước bà; trước đó;
trước đồng chí; trước khi; có phải; phải không; có phải ông; có phải bà; đúng không; thế còn; vậy còn; còn ai;
so sánh; so với; lần lượt; cả hai; cả ba năm; cả năm; cả nước; toàn tỉnh; toàn quốc; trung ương; cấp tỉnh; cấp huyện;
cấp xã; thành phố; thị xã; thị trấn; tỉnh ủy; huyện ủy; thành ủy; đảng ủy; sở tài chính; sở nội vụ; sở y tế;
sở xây dựng; sở công thương; hội đồng nhân dân; ủy ban nhân dân; mặt trận tổ quốc; công an; quân đội; bộ đội;
công an tỉnh; công đoàn; đoàn thanh niên; hội phụ nữ; hội nông dân; hội cựu chiến binh; tập thể; cá nhân; dân số;

vì sao giảm; vì sao tăng; giảm bao nhiêu; tăng bao nhiêu; tăng hay giảm; giảm so với; tăng so với;
diện tích; sản lượng; doanh thu; xuất khẩu; nhập khẩu; đầu tư công; giải ngân; giải phóng mặt bằng; khu công nghiệp;
nông thôn mới; xã đạt chuẩn; chuyển đổi số; cải cách hành chính; dịch vụ công; khiếu nại; tố cáo; tiếp công dân;
đối thoại; hòa giải; dân chủ ở cơ sở; dân vận khéo; ban dân vận; khen thưởng; kỷ luật; bằng khen; huân chương;
đoạt giải; tổ chức ở đâu; diễn ra; tham dự; đại biểu; hội nghị; hội thi; đại hội; đặt mục tiêu; chỉ tiêu; nhiệm vụ;
giải pháp; từ năm; đến năm; từ ngày; đến ngày; đến nay; trong năm; vào năm; của tỉnh; của huyện; là ai; là gì
"""


def _syllables(term: str) -> list[str]:
    return [tone_key(word) for word in term.split()]


_WORDS = [words for term in _TERMS.split(";") if (words := _syllables(term))]
_FORMS: dict[str, Counter[str]] = {}
for _term in _WORDS:
    for _word in _term:
        _FORMS.setdefault(fold(_word), Counter())[_word] += WEIGHT
_PAIRS = Counter(pair for term in _WORDS for pair in pairwise(term))


class SyllableCounts(Protocol):
    """Where syllable statistics come from."""

    def syllable_forms(self, folded: str) -> dict[str, int]: ...

    def bigram_count(self, first: str, second: str) -> int: ...


class WithCommonTerms:
    """The corpus's counts with those of the common terms added."""

    def __init__(self, counts: SyllableCounts) -> None:
        self._counts = counts

    def syllable_forms(self, folded: str) -> dict[str, int]:
        """The written forms of a folded syllable with how often each occurs."""
        return dict(Counter(self._counts.syllable_forms(folded)) + _FORMS.get(folded, Counter()))

    def bigram_count(self, first: str, second: str) -> int:
        """How often the two follow one another."""
        return self._counts.bigram_count(first, second) + WEIGHT * _PAIRS[first, second]
