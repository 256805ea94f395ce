"""The search of the book works from a web server and from the disk."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_search_finds_the_glossary(visit_page, disk):
    visit = visit_page("search.html?q=dropconnect", disk=disk)
    results = visit.page.locator("#search-results li a")
    results.first.wait_for(timeout=10_000)
    assert any("glossary" in link.get_attribute("href") for link in results.all())
    visit.page.wait_for_load_state("networkidle")
    assert visit.errors == []
    assert visit.failures == []


def test_search_field_leads_to_the_results(visit_page):
    page = visit_page("intro.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("softplus")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softplus*")
    page.locator("#search-results li a").first.wait_for(timeout=10_000)


def test_search_says_when_it_finds_nothing(visit_page):
    page = visit_page("search.html?q=xyzzyplugh").page
    page.locator(".search-summary, #search-results p").first.wait_for()
    assert "did not match" in page.locator("#search-results").inner_text()
