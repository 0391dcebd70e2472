"""From a spreadsheet to a downloaded month, as five people and the scheduler make it happen."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pqip.core.clock import today
from tests.faults.machines import wait_until
from tests.trip.conftest import PASSWORD
from tests.trip.machinery import Mailbox, Service, Visitor

pytestmark = pytest.mark.browser

LEARNERS = """staff_number,first_name,last_name,region,pdu,cohort,pathway,entry_route,fte,start_date,level5_held,modules_held,pta,line_manager
L1,Llŷr Ap Gwilym,Cadwaladr-Fychan-Llewelyn-Gruffydd,NE,Sunderland,INTAKE90,PQIP15,external,1.0,{start},yes,CJS;UCCB;PPP;REHAB,T1,M1
L2,Angharad,Ŵyn,NE,Sunderland,INTAKE90,PQIP15,external,1.0,{start},yes,CJS;UCCB;PPP;REHAB,T1,M1
"""


def visit(browser: Browser, service: Service, role: str) -> Visitor:
    return Visitor(browser, service.address, f"{role}@example.com", PASSWORD)


def test_from_a_spreadsheet_to_a_month(
    browser: Browser, service: Service, mailbox: Mailbox, tmp_path: Path
) -> None:
    start = today().replace(year=today().year - 1, day=1)
    path = tmp_path / "learners.csv"
    path.write_text(LEARNERS.format(start=start.isoformat()))

    imports_learners(visit(browser, service, "learning_manager"), path)
    logs_and_decides(visit(browser, service, "pta"))
    agrees(visit(browser, service, "countersigner"))
    service.start_scheduler()
    wait_until(
        lambda: mailbox.to("regional_manager@example.com"),
        60,
        f"the month is announced: {service.last_words()}",
    )
    downloads(visit(browser, service, "regional_manager"), mailbox)


def imports_learners(manager: Visitor, path: Path) -> None:
    """Bring the file, see what it would do, confirm, and find the learners."""
    manager.go("/imports/").follow("Learners", exact=True)
    manager.page.locator("input[type=file]").set_input_files(path)
    manager.press("Check this file")
    manager.wait_for("Check what will change")
    assert "INTAKE90" in manager.text()
    manager.press("Import 2 rows")
    manager.wait_for("File imported")
    manager.go("/learners/")
    assert "Cadwaladr-Fychan-Llewelyn-Gruffydd" in manager.text()
    manager.follow("Cadwaladr-Fychan-Llewelyn-Gruffydd")
    for tab in ("Programme", "University", "Training", "Assessment", "People", "History"):
        manager.follow(tab, exact=True)
    manager.go("/")
    manager.close()


def logs_and_decides(assessor: Visitor) -> None:
    """Log a piece of evidence against two criteria, and decide it."""
    assessor.go("/assessments/caseload/").follow("Ŵyn")
    assessor.press("Log evidence")
    assessor.fill("Title", "Observed supervision session")
    assessor.page.get_by_label("Observation", exact=True).check()
    for code in ("1.1.1", "1.1.2"):
        assessor.page.get_by_label(code).first.check()
    assessor.page.get_by_label(
        "This evidence names nobody on probation and holds no case number"
    ).check()
    assessor.press("Log evidence")
    assessor.go("/assessments/").follow("Observed supervision session")
    for group in assessor.page.get_by_role("group").filter(has_text="Placeholder criterion").all():
        group.get_by_label("Competent", exact=True).check()
    for judged in ("Valid", "Authentic", "Current", "Sufficient", "Reliable"):
        assessor.page.get_by_label(judged).check()
    assessor.page.get_by_label("Feedback to the learner").fill(
        "Clear, sufficient and your own work."
    )
    assessor.press("Save decision")
    assert "countersign" in assessor.text().lower()
    assessor.close()


def agrees(signer: Visitor) -> None:
    """The oldest decision is on the first page; agree to it, and nothing is left."""
    signer.go("/assessments/queue/").follow("Observed supervision session")
    signer.press("Agree and next")
    signer.go("/assessments/queue/")
    assert "Observed supervision session" not in signer.text()
    signer.close()


def downloads(manager: Visitor, mailbox: Mailbox) -> None:
    """The message names nobody and links to a page, where the month's rows are downloaded."""
    message = mailbox.to("regional_manager@example.com")[0]
    text = message.get_payload(decode=True).decode()
    assert not message.is_multipart()
    assert "Cadwaladr" not in text
    link = next(word for word in text.split() if word.startswith("http"))
    manager.go(link)
    for name in ("monthly-status", "progression", "attrition"):
        manager.go(f"/reports/{name}/")
    manager.go("/reports/runs/")
    manager.page.get_by_role("row").filter(has_text="Monthly status").get_by_role(
        "link"
    ).first.click()
    manager.page.wait_for_load_state()
    manager.check()
    with manager.page.expect_download() as waiting:
        manager.page.get_by_role("link", name="CSV").first.click()
    rows = list(
        csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig")))
    )
    assert [(row["region"], row["cohort"], row["starters"], row["active"]) for row in rows] == [
        ("NE", "INTAKE90", "2", "2")
    ]
    manager.close()
