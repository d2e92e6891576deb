"""Does an operator see of a customer what the work needs, and nothing personal?"""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.apply import Applied, apply
from sync.domain.commands import Op
from sync.domain.exceptions import Reason, WantedAddress, WantedChange
from sync.domain.masking import mask, strike
from sync.domain.order import Attachment, Before, CommandKey, Note, UserId
from sync.domain.permissions import Role
from tests.sync.domain.strategies import quick
from tests.sync.samples import LI, command, customer, exception, hold, order, stopped

letters = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=8)
digits = st.text("0123456789", min_size=5, max_size=13)


def test_a_supervisor_sees_everything() -> None:
    assert mask(stopped(), Role.SUPERVISOR) == stopped()


def test_an_operator_sees_company_and_district_but_not_the_person() -> None:
    seen = mask(order(), Role.OPERATOR).customer
    whole = order().customer
    assert (seen.company, seen.province, seen.city, seen.district) == (
        whole.company,
        whole.province,
        whole.city,
        whole.district,
    )
    assert (seen.contact, seen.phone, seen.street) == ("王**", "138****1234", "***")


def test_a_short_name_or_number_is_hidden_whole() -> None:
    short = order(customer=customer(contact="王", phone="1234", street=""))
    seen = mask(short, Role.OPERATOR).customer
    assert (seen.contact, seen.phone, seen.street) == ("*", "****", "")
    assert mask(order(customer=customer(phone="65123456")), Role.OPERATOR).customer.phone == "******56"


@quick
@given(contact=letters, street=letters, phone=digits)
def test_nothing_personal_is_left_in_any_text_of_the_order(contact: str, street: str, phone: str) -> None:
    who = customer(contact=contact, phone=phone, street=street, company="C", province="P", city="Y", district="D")
    told = f"call {contact} at {phone}, {street}"
    it = order(
        number="N",
        customer=who,
        exceptions=(exception(Reason.BAD_ADDRESS, detail=told),),
        holds=(hold(Reason.BAD_ADDRESS, note=told),),
        lines=(),
        total=0,
        due_at=0,
        created_at=0,
        updated_at=0,
    )
    last = Before(key=CommandKey("k"), op=Op.RELEASE, by=LI.id, at=0, holds=it.holds)
    seen = mask(msgspec.structs.replace(it, before=last), Role.OPERATOR)
    texts = [seen.customer.contact, seen.customer.phone, seen.customer.street, seen.exceptions[0].detail]
    texts += [seen.holds[0].note, seen.before.holds[0].note if seen.before else ""]
    for text in texts:
        assert contact not in text
        assert street not in text
        assert phone not in text


@quick
@given(contact=st.text(max_size=8), phone=st.text(max_size=13), street=st.text(max_size=8))
def test_masking_twice_is_masking_once_and_keeps_the_rest(contact: str, phone: str, street: str) -> None:
    it = order(customer=customer(contact=contact, phone=phone, street=street))
    once = mask(it, Role.OPERATOR)
    assert mask(once, Role.OPERATOR) == once
    assert msgspec.structs.replace(once, customer=it.customer) == it


def test_a_name_of_one_letter_is_not_struck_out_of_every_text() -> None:
    it = stopped(customer=customer(contact="x", street="", phone=""))
    told = msgspec.structs.replace(it, holds=(msgspec.structs.replace(it.holds[0], note="box x is wet"),))
    assert mask(told, Role.OPERATOR).holds[0].note == "box x is wet"


def test_a_masked_order_follows_the_same_rules() -> None:
    it = stopped()
    whole, seen = apply(it, command(it, Op.RELEASE), 0), apply(mask(it, Role.OPERATOR), command(it, Op.RELEASE), 0)
    assert isinstance(whole, Applied)
    assert isinstance(seen, Applied)
    assert whole.outcome is seen.outcome


def test_notes_and_the_names_of_files_do_not_tell_what_is_masked() -> None:
    it = order(customer=customer(contact="王小明"))
    told = msgspec.structs.replace(
        it,
        notes=(Note(id=CommandKey("k"), by=UserId("u"), at=1, text="王小明说改期"),),
        attachments=(Attachment(id="a", name="王小明签收.jpg", media_type="image/jpeg", size=1),),
    )
    seen = mask(told, Role.OPERATOR)
    assert (seen.notes[0].text, seen.attachments[0].name) == ("***说改期", "***签收.jpg")
    assert mask(told, Role.SUPERVISOR) is told


def test_an_address_that_is_wanted_instead_is_hidden_like_the_present_one() -> None:
    wanted = WantedAddress(
        contact="李雷", phone="13900005678", province="江苏省", city="苏州市", district="虎丘区", street="何山路9号"
    )
    asked = order(exceptions=(exception(Reason.CUSTOMER_CHANGE, change=WantedChange(address=wanted)),))
    change = mask(asked, Role.OPERATOR).exceptions[0].change
    assert change is not None
    assert change.address is not None
    shown = change.address
    assert (shown.contact, shown.phone, shown.district, shown.street) == ("李*", "139****5678", "虎丘区", "***")
    nowhere = msgspec.structs.replace(wanted, street="")
    asked = order(exceptions=(exception(Reason.CUSTOMER_CHANGE, change=WantedChange(address=nowhere)),))
    change = mask(asked, Role.OPERATOR).exceptions[0].change
    assert change is not None
    assert change.address is not None
    assert change.address.street == ""
    cancelled = order(exceptions=(exception(Reason.CUSTOMER_CANCEL, change=WantedChange(cancel=True)),))
    assert mask(cancelled, Role.OPERATOR).exceptions[0].change == WantedChange(cancel=True)


def test_a_text_about_an_order_is_struck_for_operators_only() -> None:
    who = customer(contact="王小明")
    assert strike("王小明 rang", who, Role.OPERATOR) == "*** rang"
    assert strike("王小明 rang", who, Role.SUPERVISOR) == "王小明 rang"
