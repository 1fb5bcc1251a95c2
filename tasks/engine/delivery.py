"""Sending letters: the sender as a task, and what people must know of the letters that wait."""

from __future__ import annotations

from datetime import datetime

from flexroute.clock import local
from models.store.database import current
from notifications import outbox, sender
from notifications.retry import TroubleKind
from notifications.sender import Delivered
from tasks.engine.deputies import tell_replaced
from tasks.engine.step import call, named_task


def deliver(now: datetime) -> Delivered:
    """The line of the flow: send what is due, if anything is. Tells why letters wait, and asks for attention when they wait long."""
    tell_replaced(current(), now)
    with current().reading() as session:
        has_work = outbox.has_work(session, now)
    done = call(send_due, now) if has_work else Delivered()
    if done.elsewhere:
        return done
    with current().reading() as session:
        paused, late = outbox.pause(session, now), outbox.late_by_reason(session, now)
    if paused and paused.try_at:
        done.notes.append(f"de post wacht tot {local(paused.try_at):%d-%m %H:%M}: {paused.reason} (brief {paused.id})")
        if paused.trouble == TroubleKind.LOGIN:
            done.kept[f"brief {paused.id}"] = paused.reason or ""
    if number := sum(late.values()):
        why = "".join(f"; {reason}" for reason in late if reason)
        done.kept["wacht te lang"] = f"{number} {'brief' if number == 1 else 'brieven'}, al meer dan 2 uur{why}"
    return done


@named_task("Post bezorgen")
def send_due(now: datetime) -> Delivered:
    """Send the letters that are due."""
    return sender.send_due(current(), now)
