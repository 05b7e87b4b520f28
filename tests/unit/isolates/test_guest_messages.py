"""Messages of the guest's, whoever wrote them."""

from __future__ import annotations

import pytest

from playground.isolates.guest_messages import Ask, BadMessage, Result, decode_messages

LONG = '{"a":[' + "1," * 5000 + "2]}"


def test_a_long_value_is_put_into_its_field() -> None:
    ask = '{"t":"ask","id":2,"owner":1,"target":3,"method":"m","rest":"args","kind":"t","value":[1]}'
    assert decode_messages(
        f'[{{"t":"result","id":1,"rest":"ok","kind":"j","value":{LONG}}},{ask},{{"t":"result","id":3,"ok":"j1"}}]'
    ) == [Result(1, "j" + LONG), Ask(2, 1, 3, "m", "t[1]"), Result(3, "j1")]


def test_it_may_hold_half_a_surrogate_pair() -> None:
    text = '[{"t":"result","id":1,"rest":"ok","kind":"t","value":["\\ud800",1.5,"ä"]}]'
    assert decode_messages(text) == [Result(1, 't["\\ud800",1.5,"\\u00e4"]')]


@pytest.mark.parametrize("half", ["", '"\\ud800",'])
@pytest.mark.parametrize(
    "message",
    [
        '{"t":"result","id":1,"rest":"ok","kind":"j","value":[%s1}',
        '{"t":"result","id":1,"rest":"ok","kind":"j","value":[%s1',
        '{"t":"result","id":1,"rest":"ok","kind":"j","value":[%s1]],{}',
        '{"t":"result","id":1,"rest":"ok","kind":"x","value":[%s1]}',
        '{"t":"result","id":1,"rest":"id","kind":"j","value":[%s1]}',
        '{"t":"result","id":1,"rest":"args","kind":"j","value":[%s1]}',
        '{"t":"result","id":1,"rest":[%s1],"kind":"j","value":1}',
        '{"t":"result","id":1,"rest":"ok","kind":[%s1],"value":1}',
        '{"t":"ask","id":1,"owner":1,"target":1,"method":"m","rest":"ok","kind":"j","value":[%s1]}',
        '{"t":"result","id":"[%s1]","rest":"ok","kind":"j"}',
    ],
)
def test_a_forged_or_truncated_one_is_refused(message: str, half: str) -> None:
    with pytest.raises(BadMessage):
        decode_messages("[" + message.replace("%s", half) + "]")


def test_a_value_that_is_announced_and_does_not_come_is_refused() -> None:
    with pytest.raises(BadMessage):
        decode_messages('[{"t":"result","id":1,"rest":"ok","kind":"j"}]')
