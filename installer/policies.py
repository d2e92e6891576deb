"""Which settings can IT lock by Group Policy? An ADMX file, with words in English and Chinese, from one table."""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from installer.release import TEMPLATES

KEY = r"Software\Policies\ExceptionDesk"


@dataclass(frozen=True, slots=True)
class Policy:
    """One setting: its registry value, its words (title and explanation by language), and its choices, if any."""

    name: str
    words: dict[str, tuple[str, str]]
    choices: tuple[str, ...] = ()


POLICIES = (
    Policy("server", {"en-US": ("Address of the central order API", "https://… ; nobody can change it."), "zh-CN": ("中央订单接口的地址", "https://… ；设定后无人可更改。")}),
    Policy("language", {"en-US": ("Language of screen and speech", "zh or en."), "zh-CN": ("界面和语音的语言", "zh 或 en。")}, ("zh", "en")),
    Policy("theme", {"en-US": ("Colours", "light, dark or contrast."), "zh-CN": ("配色", "light（浅色）、dark（深色）或 contrast（高对比度）。")}, ("light", "dark", "contrast")),
    Policy("density", {"en-US": ("Height of rows", "comfortable or compact."), "zh-CN": ("行高", "comfortable（宽松）或 compact（紧凑）。")}, ("comfortable", "compact")),
    Policy("text_scale", {"en-US": ("Text size", "1 to 2, for example 1.25."), "zh-CN": ("文字大小", "1 到 2，例如 1.25。")}),
    Policy("microphone", {"en-US": ("Microphone", "A device's name; empty: the system's."), "zh-CN": ("麦克风", "设备名称；留空为系统默认。")}),
    Policy("quiet_from", {"en-US": ("Quiet from", "A time such as 22:00, from which nothing sounds."), "zh-CN": ("静音开始", "如 22:00，自此不再发声。")}),
    Policy("quiet_to", {"en-US": ("Quiet until", "A time such as 06:00."), "zh-CN": ("静音结束", "如 06:00。")}),
    Policy("refused_sounds", {"en-US": ("Sound of what was not understood", "1: people may consent to keep it on the workstation; 0: never."), "zh-CN": ("没听懂的句子的声音", "1：允许本人同意后保存在工作站；0：从不保存。")}, ("1", "0")),
    Policy("floor", {"en-US": ("Open in floor mode", "1, or 0 for the desk."), "zh-CN": ("以现场模式启动", "1；0 表示桌面模式。")}, ("1", "0")),
    Policy("greeted", {"en-US": ("No first-run assistant", "1: nobody is asked at the first start."), "zh-CN": ("不显示首次使用向导", "1：首次启动时不再询问。")}, ("1", "0")),
    Policy("shortcuts", {"en-US": ("Keys", 'JSON: what is done, and its keys, for example {"intercept": ["F5"]}.'), "zh-CN": ("快捷键", 'JSON：动作及其按键，例如 {"intercept": ["F5"]}。')}),
    Policy("data", {"en-US": ("Folder of the store", "Where unsent commands and the cache are kept."), "zh-CN": ("存储文件夹", "未发送指令和缓存的位置。")}),
    Policy("models", {"en-US": ("Folder of the speech models", "A path of plain Latin letters."), "zh-CN": ("语音模型文件夹", "路径只能含英文字母。")}),
    Policy("models_url", {"en-US": ("Mirror for speech models", "An https:// folder with the publisher's file names."), "zh-CN": ("语音模型镜像", "https:// 目录，文件名与发布者一致。")}),
    Policy("keyring", {"en-US": ("Key in the Windows credential store", "1, or 0 for a file of its owner's."), "zh-CN": ("密钥存入 Windows 凭据管理器", "1；0 表示存为本人文件。")}, ("1", "0")),
    Policy("proxy", {"en-US": ("Proxy on the way to the central", "http://proxy:3128, with name and password if it wants them; direct for none."), "zh-CN": ("访问中央所用的代理", "http://proxy:3128，需要时含用户名和密码；direct 表示不用代理。")}),
)  # fmt: skip


def admx() -> str:
    """The definitions, for machine and user."""
    template = (TEMPLATES / "windows" / "exception-desk.admx").read_text(encoding="utf-8")
    return template.replace("@POLICIES@", "\n".join(map(_definition, POLICIES)))


def _definition(policy: Policy) -> str:
    texts = f'displayName="$(string.{policy.name})" explainText="$(string.{policy.name}_explain)"'
    head = f'    <policy name="{policy.name}" class="Both" {texts} presentation="$(presentation.{policy.name})" key="{KEY}">'
    items = "".join(
        f'<item displayName="$(string.{policy.name}_{choice})"><value><string>{choice}</string></value></item>'
        for choice in policy.choices
    )
    kind = f'<enum id="{policy.name}" valueName="{policy.name}" required="true">{items}</enum>'
    if not policy.choices:
        kind = f'<text id="{policy.name}" valueName="{policy.name}" required="true"/>'
    place = '<parentCategory ref="ExceptionDesk"/>'
    return f"{head}\n      {place}\n      <elements>{kind}</elements>\n    </policy>"


def adml(language: str) -> str:
    """The words in one language: ``en-US`` or ``zh-CN``."""
    title = {"en-US": "Exception Desk", "zh-CN": "异常台"}[language]
    strings = [f'<string id="ExceptionDesk">{title}</string>']
    shown = []
    for policy in POLICIES:
        name, explained = policy.words[language]
        strings.append(f'<string id="{policy.name}">{escape(name)}</string>')
        strings.append(f'<string id="{policy.name}_explain">{escape(explained)}</string>')
        strings += [f'<string id="{policy.name}_{choice}">{escape(choice)}</string>' for choice in policy.choices]
        box = f"<dropdownList refId={quoteattr(policy.name)}>{escape(name)}</dropdownList>"
        if not policy.choices:
            box = f"<textBox refId={quoteattr(policy.name)}><label>{escape(name)}</label></textBox>"
        shown.append(f'<presentation id="{policy.name}">{box}</presentation>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<policyDefinitionResources xmlns='
        '"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">\n'
        f"  <displayName>{title}</displayName>\n  <description>{title}</description>\n  <resources>\n    <stringTable>\n      "
        + "\n      ".join(strings)
        + "\n    </stringTable>\n    <presentationTable>\n      "
        + "\n      ".join(shown)
        + "\n    </presentationTable>\n  </resources>\n</policyDefinitionResources>\n"
    )
