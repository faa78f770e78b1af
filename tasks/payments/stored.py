"""The remittances of a stored file, read again: of an 835, or of one that came on paper."""

from collections.abc import Iterator

import edi
from edi.records import Remittance
from ledger.payments.remittance_facts import RemittanceFacts
from tasks.answers import received
from tasks.answers.contents import look
from tasks.home.home import Home
from tasks.payments import paper
from tasks.payments.remittance_facts import facts_of, is_drg


def facts_in(home: Home, response_id: int) -> Iterator[RemittanceFacts]:
    """What a file says, judged by the partners' files of today."""
    file, data = received.get(home.ledger, response_id)
    if file.kinds == paper.KIND:
        yield facts_of(home.partners, file.id, paper.read(home.partners, file.name, data))
        return
    contents = look(home.partners.clearinghouses.get(file.clearinghouse), data)
    drgs = is_drg(lambda: home.codes)
    read: Iterator[Remittance] = contents.each(edi.read_remittances(data), [])
    for remittance in read:
        yield facts_of(home.partners, file.id, remittance, drgs=drgs)
