"""Which names does the made-up company deal with? Invented customers and articles of a home-furnishing trade."""

import msgspec

from sync.domain.exceptions import Reason


class City(msgspec.Struct, frozen=True):
    """Where customers live: real cities and districts, invented streets."""

    province: str
    city: str
    districts: tuple[str, ...]


class Article(msgspec.Struct, frozen=True):
    """What is sold; ``price`` in fen."""

    sku: str
    name: str
    price: int


CITIES: tuple[City, ...] = (
    City("江苏省", "苏州市", ("姑苏区", "吴中区", "相城区", "工业园区", "昆山市")),
    City("江苏省", "无锡市", ("梁溪区", "滨湖区", "锡山区", "江阴市")),
    City("江苏省", "南京市", ("玄武区", "建邺区", "江宁区", "栖霞区")),
    City("浙江省", "杭州市", ("西湖区", "余杭区", "萧山区", "滨江区")),
    City("浙江省", "嘉兴市", ("南湖区", "秀洲区", "海宁市")),
    City("浙江省", "宁波市", ("鄞州区", "海曙区", "北仑区", "慈溪市")),
    City("上海市", "上海市", ("闵行区", "嘉定区", "青浦区", "松江区", "浦东新区")),
    City("安徽省", "合肥市", ("蜀山区", "包河区", "庐阳区")),
)

BRANDS: tuple[str, ...] = (
    "木语", "禾谷", "云栖", "青梧", "朴石", "里弄", "拾光", "简舍", "南枝", "恒屿", "半亩", "知竹", "沐阳", "合欢",
    "松间", "九畹", "澄怀", "梨园", "东篱", "安吾", "未来屋", "原木道", "白鹭洲", "一间房",
)  # fmt: skip

TRADES: tuple[str, ...] = (
    "家居有限公司", "家具经营部", "软装设计有限公司", "酒店用品有限公司", "民宿管理有限公司", "装饰工程有限公司",
    "办公家具有限公司", "生活馆有限公司", "商贸有限公司",
)  # fmt: skip

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "建国", "志强", "秀英", "桂芳", "文博", "雨桐", "子涵", "晓燕", "海波", "丽娟", "国栋", "美玲", "思远", "佳怡",
    "永康", "春梅", "浩然", "静", "磊", "敏", "斌", "婷", "勇", "倩",
)  # fmt: skip

STREETS: tuple[str, ...] = (
    "锦绣坊路", "听枫街", "木渎河路", "双桂大道", "织锦路", "望湖东路", "云岭街", "采菱路", "新塘北路", "百工路",
    "青石巷", "稻香路", "明月湾大道", "会展西路", "梧桐里",
)  # fmt: skip

PHONE_PREFIX = "126"
"""No Chinese mobile number begins so: nobody is called by accident."""

ARTICLES: tuple[Article, ...] = (
    Article("SF-2203-GR", "布艺三人沙发 雾灰", 329900),
    Article("SF-2101-BR", "真皮单人沙发 棕", 289900),
    Article("SF-2410-CR", "模块组合沙发 米白", 689900),
    Article("TB-1180-OK", "橡木餐桌 1.8 米", 259900),
    Article("TB-1140-WN", "胡桃木餐桌 1.4 米", 219900),
    Article("CT-0610-MB", "岩板茶几", 119900),
    Article("CH-0302-OK", "实木餐椅", 39900),
    Article("CH-0315-BK", "人体工学椅 黑", 89900),
    Article("CH-0320-GN", "绒面休闲椅 墨绿", 75900),
    Article("BD-1800-WN", "胡桃木双人床 1.8 米", 399900),
    Article("BD-1500-OK", "橡木双人床 1.5 米", 329900),
    Article("BD-1200-WH", "儿童床 1.2 米 白", 189900),
    Article("MT-1800-LX", "天然乳胶床垫 1.8 米", 279900),
    Article("MT-1500-SP", "独立弹簧床垫 1.5 米", 159900),
    Article("WD-2000-WH", "四门衣柜 白", 359900),
    Article("WD-1600-OK", "推拉门衣柜 橡木", 319900),
    Article("SH-0805-PN", "松木书架 五层", 69900),
    Article("SH-1204-MT", "金属置物架 四层", 32900),
    Article("DK-1400-OK", "升降书桌 1.4 米", 199900),
    Article("DK-1200-WH", "学习桌 1.2 米 白", 99900),
    Article("TV-2000-WN", "电视柜 2 米 胡桃色", 149900),
    Article("NS-0450-OK", "床头柜 橡木", 45900),
    Article("MR-1700-AL", "铝框穿衣镜", 29900),
    Article("LP-0301-BR", "黄铜落地灯", 59900),
    Article("LP-0118-WH", "陶瓷台灯 白", 22900),
    Article("RG-1623-BG", "羊毛地毯 1.6×2.3 米", 129900),
    Article("CU-2826-LN", "亚麻窗帘 2.8×2.6 米", 49900),
    Article("BL-2000-GR", "四件套 纯棉 灰", 39900),
    Article("PL-4874-LX", "乳胶枕 一对", 25900),
    Article("KC-0900-WH", "厨房岛台 白", 229900),
    Article("SC-0801-BK", "玄关鞋柜 黑", 79900),
    Article("OT-0506-GN", "藤编脚凳", 19900),
)

DETAILS: dict[Reason, tuple[str, ...]] = {
    Reason.BAD_ADDRESS: (
        "收货地址缺少门牌号，承运商无法分拨",
        "区县与街道不符，请客户确认",
        "收货电话为空号，无法预约送货",
        "地址为在建工地，无人签收",
    ),
    Reason.STOCK_OUT: (
        "拣货时库位为空，系统显示仍有 2 件",
        "同批次被优先订单占用，缺 1 件",
        "外箱破损已移入不良品区，可用库存不足",
    ),
    Reason.DUPLICATE: (
        "同一客户十分钟内两张相同订单",
        "采购平台重复推送，单号不同内容一致",
    ),
    Reason.PAYMENT_CHECK: (
        "到账金额比订单少 1,200.00 元",
        "对公转账户名与客户名称不一致",
        "信用额度已用完，等待财务确认",
    ),
    Reason.PRICE_CHECK: (
        "成交价低于合同价 15%，需要主管确认",
        "双十二活动价与阶梯价叠加",
    ),
    Reason.WAYBILL_REFUSED: (
        "电子面单被拒：目的地超出派送范围",
        "电子面单被拒：单件超重超长，需改走大件",
        "电子面单被拒：月结账号余额不足",
    ),
    Reason.CUSTOMER_CHANGE: (
        "客户要求改送另一门店，新地址待确认",
        "客户要求灰色沙发换成米白",
        "客户要求推迟到下周一送货",
    ),
    Reason.CUSTOMER_CANCEL: (
        "客户要求取消：项目延期",
        "客户要求取消：重复采购",
    ),
}
"""What a source writes about an exception, by kind."""
