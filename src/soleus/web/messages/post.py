"""Post: takes waiting mails to the mail server, in a thread of its own, so that no page waits for it."""

from __future__ import annotations

import smtplib
import ssl
import threading
from email.message import EmailMessage
from email.utils import formatdate

import structlog

from ...records.store import Store, mails
from ...records.store.messages import WAITS
from ...records.store.tables import Mail
from ..place import Place, Smtp

EVERY = 20.0  # s between two looks at what is due
PATIENCE = 15.0  # s that the mail server has to answer
NOTICE = """Your care team has written to you. Log in to read it:

{address}/my/messages

For your privacy this e-mail says no more. It is not watched: do not answer it.
In an emergency call {emergency}.
"""
FOOT = """

This is an answer to what you asked at {address}/ask. This address is not watched: to ask more, use that page.
In an emergency call {emergency}.
"""


class Post:
    """The postman: looks again and again, and at once when somebody rings."""

    def __init__(self, store: Store, place: Place) -> None:
        self.store, self.place = store, place
        self.rung, self.ended = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._walk, daemon=True)

    def start(self) -> None:
        """Begin, where there is a mail server; without one mails wait for it."""
        if self.place.smtp:
            self.thread.start()

    def ring(self) -> None:
        """Something is new."""
        self.rung.set()

    def close(self) -> None:
        """End after the mail that is being sent; what is left waits in the database."""
        self.ended.set()
        self.rung.set()
        if self.thread.is_alive():
            self.thread.join(timeout=PATIENCE + 1)

    def _walk(self) -> None:
        while not self.ended.is_set():
            self.rung.clear()
            try:
                deliver(self.store, self.place)
            except Exception as error:  # a database that is away comes back; the postman must still be there then
                structlog.get_logger().error("post", kind=type(error).__name__)
            self.rung.wait(EVERY)


def deliver(store: Store, place: Place) -> int:
    """Send what is due; gives how many a server took. What it does not take is tried again later."""
    if place.smtp is None:
        return 0
    with store.writing() as db:
        waiting = mails.due(db)
    taken = 0
    for mail in waiting:
        why = _why_not(place.smtp, written(mail, place))
        with store.writing() as db:
            if why:
                mails.failed(db, mail.id, why)
            else:
                mails.sent(db, mail.id)
        taken += not why
    if waiting:
        structlog.get_logger().info("post", sent=taken, failed=len(waiting) - taken)
    return taken


def _why_not(smtp: Smtp, message: EmailMessage) -> str:
    """Send one; gives why the server did not take it, empty when it did."""
    try:
        with _server(smtp) as server:
            if smtp.user:
                server.login(smtp.user, smtp.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        code = getattr(error, "smtp_code", None)
        return f"{type(error).__name__}{f' {code}' if code else ''}"
    return ""


def _server(smtp: Smtp) -> smtplib.SMTP:
    if smtp.secure == "tls":
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE, context=ssl.create_default_context())
    server = smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE)
    if smtp.secure == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def written(mail: Mail, place: Place) -> EmailMessage:
    """The e-mail itself; to a patient it never holds more than that something waits."""
    notice = mail.subject == WAITS and not mail.text
    about = {"address": place.address, "emergency": place.emergency}
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        str(place.smtp and place.smtp.sender),
        mail.address,
        mail.subject,
    )
    message["Date"] = formatdate(mail.made_at.timestamp())
    message["Message-ID"] = f"<{mail.id}@soleus>"  # the same at every try, so that one sent twice is seen to be one
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(NOTICE.format(**about) if notice else mail.text + FOOT.format(**about))
    return message
