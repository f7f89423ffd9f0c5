"""Korea: the request for deletion to an online service, with the content of the statutory form."""

from jium.notices.regimes import Regime

REGIME = Regime(
    name="kr_platform",
    title="전기통신사업법 제22조의5 · 정보통신망법 제44조의2",
    languages=("ko", "en"),
    elements=(
        "number",
        "recipient",
        "institution",
        "standing",
        "contact",
        "location",
        "time_seen",
        "evidence",
        "mandate",
        "signature",
    ),
    cites=(
        "전기통신사업법 제22조의5제1항",
        "전기통신사업법 시행령 제30조의5",
        "정보통신망 이용촉진 및 정보보호 등에 관한 법률 제44조의2",
    ),
    deadline_hours=None,
)
