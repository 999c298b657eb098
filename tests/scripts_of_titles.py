"""A hundred titles: fifteen scripts, emoji, and what means something to matplotlib or HTML."""

_WORDS = (
    "The Tuesday show", "Добрый вечер, друзья", "Καλησπέρα σε όλους", "مرحبا بكم في المساحة", "שלום לכולם הערב",
    "आज की बातचीत", "আজকের আলোচনা", "இன்றைய பேச்சு", "నేటి చర్చ", "ഇന്നത്തെ ചർച്ച", "สวัสดีทุกคน", "今晚的话题",
    "今夜のスペース", "오늘의 이야기", "Բարի երեկո", "ደህና አመሻችሁ", "საღამო მშვიდობისა",
)  # fmt: skip
_AROUND = ("{}", "😀 {} 🎙️", "${} < $200", "<b>{}</b> & more", "{}_1^2 \\alpha", "{}\n{}\tagain")

TITLES = [around.format(words, words) for words in _WORDS for around in _AROUND][:100]
