"""Is every order found by what a person would type of it, and by nothing else?"""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.order import Line
from sync.store.listing import ListQuery
from sync.store.orders import OrderCache
from sync.store.pinyin import initials
from sync.store.search import index_words, match_query
from tests.sync.domain.strategies import quick
from tests.sync.samples import customer, order
from tests.sync.store.cached import fill
from tests.sync.store.conftest import KEY

SOFA = order(
    "SO20261122004712",
    waybill="SF1234567890",
    customer=customer(company="苏州Home优品家居", contact="欧阳娜娜", district="吴中区"),
    lines=(Line(sku="SF-3301", name="布艺沙发", quantity=1, price=1),),
)
OTHER = order("SO20261122009999", customer=customer(company="ABC Trading", street="长江路1号", contact="李"))


def found(cache: OrderCache, text: str) -> list[str]:
    return [row.number for row in cache.rows(cache.ids(ListQuery(view="all", text=text)), frozenset())]


@pytest.mark.parametrize(
    "typed",
    [
        "4712", "04712", "004712", "22004712", "so20261122004712", "SO2026", "712",
        "苏州", "优品家居", "品家", "居", "优", "欧阳娜娜", "娜", "吴中",
        "home", "HOME", "hom", "苏州Home", "苏州 home 4712", "home优品", "沙发", "布艺沙",
        "yp", "ypjj", "oynn", "sz", "OYNN 4712",
        "sf-3301", "SF1234567890", "sf1234", "４７１２", "ＨＯＭＥ", "  4712  ", "苏州，4712",
    ],
)  # fmt: skip
def test_an_order_is_found_by_any_part_that_people_type(cache: OrderCache, typed: str) -> None:
    fill(cache, SOFA, OTHER)
    assert SOFA.number in found(cache, typed)


@pytest.mark.parametrize("typed", ["4713", "州苏", "苏居", "优家", "homes", "优品 9999", "娜欧", "471222"])
def test_an_order_is_not_found_by_what_it_does_not_hold(cache: OrderCache, typed: str) -> None:
    fill(cache, SOFA, OTHER)
    assert found(cache, typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "*",
        '" OR "',
        "NEAR(",
        "words:x",
        "-4712",
        "^so",
        "a AND",
        "x'; DROP TABLE orders; --",
        "(",
        "\0",
        "%_",
    ],
)
def test_no_character_breaks_the_query_or_reaches_its_language(cache: OrderCache, typed: str) -> None:
    fill(cache, SOFA, OTHER)
    cache.ids(ListQuery(view="all", text=typed))
    assert cache.checksum()[0] == 2


def test_words_of_the_query_language_are_words(cache: OrderCache) -> None:
    named = order("SO20261122000001", customer=customer(company="Or And Not Near"))
    fill(cache, SOFA, named)
    assert found(cache, "or and not near") == [named.number]
    assert found(cache, "home OR near") == []


def test_typing_only_signs_searches_for_nothing() -> None:
    assert match_query("") is None
    assert match_query(" ，。! ") is None


def test_a_changed_order_is_found_by_its_new_words_only(cache: OrderCache) -> None:
    fill(cache, SOFA)
    renamed = msgspec.structs.replace(SOFA, version=2, customer=customer(company="无锡灯饰"))
    cache.put_known([renamed])
    assert cache.index_some(10) == 1
    assert cache.index_some(10) == 0
    assert found(cache, "灯饰") == [SOFA.number]
    assert found(cache, "优品") == []


def test_indexing_goes_in_slices(cache: OrderCache) -> None:
    many = [order(f"SO2026112200{n:04}") for n in range(25)]
    bodies = [msgspec.json.encode(o) for o in many]
    cache.put_page(many, bodies, 1, {}, lambda _: {})
    assert [cache.index_some(10) for _ in range(4)] == [10, 10, 5, 0]


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
rare = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3400, max_codepoint=0x4DB5),
        st.characters(min_codepoint=0x20000, max_codepoint=0x2A6D6),
    ),
    min_size=1,
    max_size=4,
)


@quick
@given(company=st.one_of(chinese, rare, st.builds(str.__add__, chinese, rare)), data=st.data())
def test_every_piece_of_a_chinese_name_finds_its_order(
    company: str, data: st.DataObject, one_cache: OrderCache
) -> None:
    start = data.draw(st.integers(0, len(company) - 1))
    piece = company[start : data.draw(st.integers(start + 1, len(company)))]
    named = order("SO20261122000001", customer=customer(company=company))
    one_cache.clear()
    fill(one_cache, named, OTHER)
    assert named.number in found(one_cache, piece)


@quick
@given(text=st.text(max_size=30))
def test_any_text_makes_a_query_or_none(text: str) -> None:
    query = match_query(text)
    assert query is None or query.count('"') % 2 == 0


@quick
@given(text=st.text(max_size=30))
def test_any_order_can_be_indexed(text: str) -> None:
    assert isinstance(index_words(order(customer=customer(company=text, street=text))), str)


@pytest.fixture(scope="module")
def one_cache(tmp_path_factory: pytest.TempPathFactory) -> OrderCache:
    return OrderCache(tmp_path_factory.mktemp("search") / "cache.db", KEY)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("苏州家居", "szjj"), ("重庆长安", "cqca"), ("厦门银行", "xmyh"), ("行", "x"), ("", ""), ("\U0002ffff", "")],
)
def test_initials_are_read_as_people_say_the_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_one_initial_alone_is_no_name(cache: OrderCache) -> None:
    fill(cache, order("SO1", customer=customer(company="苏", contact="苏", city="苏")))
    assert found(cache, "s") == ["SO1"]  # by its number
    assert "s" not in index_words(order("4712", customer=customer(company="苏", contact="", city=""))).split()
