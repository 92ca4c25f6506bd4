"""One's own page: saving publishes, nothing is overwritten, nothing typed is lost."""

from __future__ import annotations

import io
from html import unescape
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.people import csrf_of, form_of

from byline.audit import OPERATOR
from byline.authors import decisions
from byline.web.gate import MOST_BYTES_UPLOAD

if TYPE_CHECKING:
    from tests.people import Person, Portal


def a_photo(*, colour: str = "teal", size: tuple[int, int] = (400, 500)) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    file.seek(0)
    return file, "me.jpg"


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def test_a_save_is_at_once_what_a_reader_sees(author: Person) -> None:
    assert author.get("/authors/ana-lima/").status_code == 404

    answer = author.save(author_bio="I wrote *The Salt Road*.\n\nAnd **more**.")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = author.get("/")
    assert "Saved and published" in page.text
    assert "/authors/ana-lima/" in page.text
    public = author.get("/authors/ana-lima/")
    assert "I wrote <em>The Salt Road</em>." in public.text
    assert "<strong>more</strong>" in public.text


def test_the_editor_shows_again_exactly_what_was_typed(author: Person) -> None:
    text = "One *two* three\n\n- a\n- b\n\n[my books](https://example.org/books)"
    author.save(author_bio=text)

    assert form_of(author.get("/"))["author_bio"] == text


def test_links_and_a_photo_are_published(author: Person) -> None:
    author.save(
        link_label=["My books", "", "Mail"],
        link_url=["example.org/books", "", "mailto:ana@books.example"],
        profile_img=a_photo(),
    )

    public = author.get("/authors/ana-lima/").text
    assert 'href="https://example.org/books"' in public
    assert "mailto:ana@books.example" in public
    source = public[public.index("/authors/photos/") :].split('"')[0].split(" ")[0]
    shown = author.get(source)
    assert shown.status_code == 200
    assert shown.mimetype == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    Image.open(io.BytesIO(shown.data)).load()


def test_a_link_without_words_is_shown_as_people_write_addresses_and_can_be_saved_again(author: Person) -> None:
    author.save(
        link_label=["", "", ""],
        link_url=["https://bücher.example/ä", "ana@books.example", "https://example.org/" + "a" * 200],
    )

    public = author.get("/authors/ana-lima/").text
    assert ">bücher.example/ä</a>" in public
    assert ">ana@books.example</a>" in public
    assert author.save(author_bio="With the links as they are.").status_code == 303


def test_no_file_chosen_keeps_the_photo_and_the_checkbox_removes_it(author: Person) -> None:
    author.save(profile_img=a_photo())
    author.save(author_bio="With photo still.")
    assert "/authors/photos/" in author.get("/authors/ana-lima/").text

    author.save(remove_img="1")
    assert "/authors/photos/" not in author.get("/authors/ana-lima/").text


def test_a_photo_that_cannot_be_used_is_refused_at_its_field_and_the_text_stays(author: Person) -> None:
    answer = author.save(author_bio="Typed with care.", profile_img=(io.BytesIO(b"<svg/>"), "me.svg"))

    assert answer.status_code == 422
    assert 'id="profile_img-error"' in answer.text
    assert "Typed with care." in answer.text


@pytest.mark.parametrize(
    ("door", "size"),
    [("server", 21_000_000), pytest.param("lambda", 4_400_000, marks=pytest.mark.aws)],  # a gateway hands on no more
    indirect=["door"],
)
def test_a_photo_that_is_too_large_is_refused_at_its_field_and_the_text_stays(author: Person, size: int) -> None:
    # Written by hand: the test client would leave a file open for so much.
    field = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    texts = {"csrf_token": csrf_of(author.get("/")), "seen": "0", "author_bio": "Typed with care."}
    parts = [field % (name.encode(), b"", text.encode()) for name, text in texts.items()]
    parts.append(field % (b"profile_img", b'; filename="me.jpg"', b"\xff\xd8\xff" + bytes(size)))
    answer = author.client.post(
        "/", data=b"".join(parts) + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 413
    assert 'id="profile_img-error"' in answer.text
    most = 20 if size > 20_000_000 else 4
    assert f"The photo is larger than {most} MB; choose a smaller one" in answer.text
    assert f"{most} MB at most" in answer.text
    assert "Typed with care." in answer.text


@pytest.mark.parametrize("door", ["server"], indirect=True)  # so much never comes through a gateway
def test_a_form_of_more_than_any_photo_is_too_large(author: Person) -> None:
    much = MOST_BYTES_UPLOAD + 1
    answer = author.client.post(
        "/",
        input_stream=io.BytesIO(b"0" * much),
        content_length=much,
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413
    assert "choose a smaller photo" in answer.text


def test_faults_stand_at_their_fields_and_everything_typed_is_still_there(author: Person) -> None:
    answer = author.save(
        author_name="",
        author_slug="Not A Slug!",
        author_bio="Kept.",
        link_label=["Books"],
        link_url=["javascript:alert(1)"],
    )

    assert answer.status_code == 422
    for place in ("author_name", "author_slug", "link_url-1"):
        assert f'id="{place}-error"' in answer.text
    assert "Kept." in answer.text
    assert "Not A Slug!" in answer.text


def test_two_people_saving_over_the_same_version_both_keep_their_text(portal: Portal, author: Person) -> None:
    author.save(author_bio="The first text.")
    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    on_behalf, mine = form_of(publisher.get(at)), form_of(author.get("/"))

    assert publisher.client.post(at, data={**on_behalf, "author_bio": "The publisher's text."}).status_code == 303
    second = author.client.post("/", data={**mine, "author_bio": "My own new text."})

    assert second.status_code == 409
    assert "My own new text." in second.text
    assert "publisher" in second.text
    assert "The publisher&#39;s text." in author.get("/authors/ana-lima/").text.replace("'", "&#39;")
    # Deciding for mine saves it over theirs, and theirs stays in the history.
    assert author.client.post("/", data=form_of(second)).status_code == 303
    assert "My own new text." in author.get("/authors/ana-lima/").text
    assert "Version 3" in author.get("/history").text


def test_a_form_that_is_sent_twice_was_saved_once(portal: Portal, author: Person) -> None:
    form = {**form_of(author.get("/")), "author_bio": "Sent, and sent again.", "author_slug": "ana"}
    for _ in range(3):
        answer = author.client.post("/", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert "Saved and published" in author.get("/").text
    assert "Sent, and sent again." in author.get("/authors/ana/").text
    assert "Version 2" not in author.get("/history").text

    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    on_behalf = {**form_of(publisher.get(at)), "author_bio": "On her behalf."}
    for _ in range(2):
        assert publisher.client.post(at, data=on_behalf).status_code == 303
    portal.world.clock.forward(hours=2)
    portal.world.work()
    told = [mail.subject for mail in portal.world.mailer.to("ana@example.org")]
    assert told.count("Your author page was edited") == 1


def test_one_with_a_photo_that_is_sent_twice_was_saved_once(author: Person) -> None:
    author.save(author_bio="Before.")
    form = {**form_of(author.get("/")), "author_bio": "With a photo."}
    for _ in range(2):
        assert author.client.post("/", data={**form, "profile_img": a_photo(), "photo_rights": "1"}).status_code == 303
    assert "Version 3" not in author.get("/history").text


def test_saving_without_a_change_is_answered_as_saved_and_makes_no_version(author: Person) -> None:
    author.save(author_bio="One *and* only.", profile_img=a_photo())
    for _ in range(2):
        assert author.save().status_code == 303
        assert "Saved and published." in author.get("/").text
    assert "Version 2" not in author.get("/history").text


def test_so_was_one_that_changed_the_name_whose_sorting_was_left_to_us(author: Person) -> None:
    author.save(author_bio="Before the wedding.")
    form = {**form_of(author.get("/")), "author_name": "Ana Vale"}
    for _ in range(2):
        assert author.client.post("/", data=form).status_code == 303
    assert form_of(author.get("/"))["author_sort_name"] == "Vale, Ana"
    typed = {**form, "author_sort_name": "Lima Vale, Ana"}
    assert author.client.post("/", data=typed).status_code == 409


def test_what_an_old_form_does_not_send_is_what_it_was_then(portal: Portal, author: Person) -> None:
    author.save(author_bio="One.")
    form = {key: value for key, value in form_of(author.get("/")).items() if key != "author_name"}
    author.save(author_bio="Two.", author_name="Ana Vale", author_sort_name="Lima, Ana")

    assert author.client.post("/", data={**form, "author_bio": "Two."}).status_code == 409


@pytest.mark.parametrize(
    "other",
    [{"author_bio": "Other."}, {"author_name": "Ana"}, {"author_slug": "a-lima"}, {"link_url": ["https://a.example/"]}],
)
def test_a_form_that_says_anything_else_the_second_time_is_not_taken_for_the_first(
    author: Person, other: dict[str, object]
) -> None:
    form = {**form_of(author.get("/")), "author_bio": "Sent."}
    assert author.client.post("/", data=form).status_code == 303

    assert author.client.post("/", data={**form, **other}).status_code == 409
    assert author.client.post("/", data={**form, "profile_img": a_photo(), "photo_rights": "1"}).status_code == 409


def test_removing_the_photo_twice_removes_it_once(author: Person) -> None:
    author.save(profile_img=a_photo())
    form = {**form_of(author.get("/")), "remove_img": "1"}
    for _ in range(2):
        assert author.client.post("/", data=form).status_code == 303
    assert "Version 3" not in author.get("/history").text


def test_an_author_is_told_when_the_publisher_edits_their_page(portal: Portal, author: Person) -> None:
    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    publisher.client.post(at, data={**form_of(publisher.get(at)), "author_bio": "On her behalf."})
    portal.world.clock.forward(hours=2)
    portal.world.work()

    assert "Your author page was edited" in [mail.subject for mail in portal.world.mailer.to("ana@example.org")]


def test_a_page_left_open_for_a_day_loses_nothing(portal: Portal, author: Person) -> None:
    form = form_of(author.get("/"))
    portal.world.clock.forward(days=1, minutes=1)

    answer = author.client.post("/", data={**form, "author_bio": "Written overnight, *slowly*."})
    assert answer.status_code == 200
    assert "You were away for a while" in answer.text
    data = hidden_in(answer.text)
    back = author.client.post(
        "/login", data={**data, "author_email": author.address, "author_password": author.password}
    )
    assert back.status_code == 200
    assert "Written overnight, *slowly*." in back.text
    assert "not saved yet" in back.text
    assert author.client.post("/", data=form_of(back)).status_code == 303
    assert "Written overnight, <em>slowly</em>." in author.get("/authors/ana-lima/").text


def test_nor_does_one_that_a_publisher_left_open(portal: Portal, author: Person) -> None:
    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    form = form_of(publisher.get(at))
    portal.world.clock.forward(hours=2)

    answer = publisher.client.post(at, data={**form, "author_bio": "Typed on her behalf."})
    assert answer.status_code == 200
    data = hidden_in(answer.text)
    back = publisher.client.post(
        "/login", data={**data, "author_email": publisher.address, "author_password": publisher.password}
    )
    assert "Typed on her behalf." in back.text
    assert f'action="{at}"' in back.text
    assert publisher.client.post(at, data=form_of(back)).status_code == 303
    assert "Typed on her behalf." in author.get("/authors/ana-lima/").text


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    fields = page.split('<input type="hidden" name="')[1:]
    return {field.split('"')[0]: unescape(field.split('value="', 1)[1].split('"')[0]) for field in fields}


def test_a_kept_text_is_dropped_when_somebody_else_logs_in(portal: Portal, author: Person) -> None:
    form = form_of(author.get("/"))
    portal.author("bo@example.org", "Bo Lund")
    portal.world.clock.forward(days=1, minutes=1)
    answer = author.client.post("/", data={**form, "author_bio": "Ana's secret draft."})
    data = hidden_in(answer.text)
    back = author.client.post(
        "/login", data={**data, "author_email": "bo@example.org", "author_password": author.password}
    )

    assert back.status_code == 303
    assert "Ana&#39;s secret draft" not in author.get("/").text
    assert "secret draft" not in author.get("/").text


def test_a_form_of_an_older_session_of_the_same_author_comes_back_unsaved(author: Person) -> None:
    form = form_of(author.get("/"))
    author.log_out()
    author.log_in()

    answer = author.client.post("/", data={**form, "author_bio": "From the other tab."})
    assert answer.status_code == 200
    assert "From the other tab." in answer.text
    assert author.get("/authors/ana-lima/").status_code == 404


def test_an_old_address_leads_to_the_new_one_for_ever(author: Person) -> None:
    author.save(author_bio="Hello.")
    author.save(author_slug="ana-lima-poet")

    old = author.get("/authors/ana-lima/").text
    assert "/authors/ana-lima-poet/" in old
    assert 'http-equiv="refresh"' in old
    assert "Hello." in author.get("/authors/ana-lima-poet/").text
    author.save(author_slug="ana-lima")
    assert "Hello." in author.get("/authors/ana-lima/").text


def test_anothers_old_address_is_not_to_be_had(portal: Portal, author: Person) -> None:
    author.save(author_slug="poet")
    other = portal.author("bo@example.org", "Bo Lund")

    for taken in ("poet", "ana-lima"):
        answer = other.save(author_slug=taken)
        assert answer.status_code == 422
        assert "This page address is taken" in answer.text


def test_two_people_may_bear_one_name(portal: Portal, author: Person) -> None:
    author.save(author_bio="The first Ana.")
    second = portal.author("ana.lima@example.com", "Ana Lima")
    second.save(author_bio="The second Ana.")

    slug = form_of(second.get("/"))["author_slug"]
    assert slug != "ana-lima"
    assert "The second Ana." in second.get(f"/authors/{slug}/").text
    assert "The first Ana." in author.get("/authors/ana-lima/").text


def test_versions_are_listed_compared_and_restored(author: Person) -> None:
    author.save(author_bio="One.")
    author.save(author_bio="Two.", author_name="Ana L. Lima")

    history = author.get("/history").text
    assert "Version 2" in history
    assert ">One</em>" in history
    assert "also: Name, Name for sorting" in history
    compared = author.get("/history/1").text
    assert "One" in compared
    assert "Two" in compared
    token = csrf_of(author.get("/history"))
    assert author.client.post("/history/1/restore", data={"csrf_token": token, "seen": "2"}).status_code == 303
    assert "One." in author.get("/authors/ana-lima/").text
    assert "Version 3" in author.get("/history").text
    assert author.get("/history/9").status_code == 404


def test_a_suspended_page_is_gone_everywhere_and_comes_back_as_it_was(portal: Portal, author: Person) -> None:
    author.save(author_bio="Here I am.", profile_img=a_photo())
    author.save(author_slug="ana-lima-poet")
    portal.world.work()
    public = author.get("/authors/ana-lima-poet/").text
    photo = public[public.index("/authors/photos/") :].split('"')[0].split(" ")[0]
    gone = ["/authors/ana-lima-poet/", "/authors/ana-lima-poet/index.json", "/authors/ana-lima/", photo]

    decisions.suspend(portal.world.ports, OPERATOR, portal.account("ana@example.org").id)
    portal.world.work()
    for path in gone:
        assert author.get(path).status_code == 404, path
    for path in ("/authors/", "/authors/index.json", "/sitemap.xml"):
        assert "ana-lima" not in author.get(path).text

    decisions.reinstate(portal.world.ports, OPERATOR, portal.account("ana@example.org").id)
    portal.world.work()
    for path in gone:
        assert author.get(path).status_code == 200, path
    assert "Here I am." in author.get("/authors/ana-lima-poet/").text


def test_a_new_name_is_the_one_in_the_publishers_list(portal: Portal, author: Person) -> None:
    author.save(author_name="Ana Isabel Lima")
    portal.world.work()
    publisher = portal.publisher()

    assert "Ana Isabel Lima" in publisher.get("/publisher/authors?q=ana+isabel").text
    assert "Ana Isabel Lima" in publisher.get("/publisher/authors").text


def test_a_name_with_two_possible_family_names_is_asked_about_and_not_turned(portal: Portal) -> None:
    author = portal.author("gabo@example.org", "Gabriel García Márquez")

    page = author.get("/").text
    assert 'value="Gabriel García Márquez"' in page.partition('id="author_sort_name"')[2]
    assert "As in an index: Márquez, Gabriel García; García Márquez, Gabriel; or leave it as it is written" in page
    author.save()
    page = author.get("/").text
    assert ". In the index the name stands as it is written." in page
    assert "such as “García Márquez, Gabriel”" in page
    portal.world.work()
    assert author.get("/authors/index.json").get_json()["authors"][0]["sort_name"] == "Gabriel García Márquez"

    author.save(author_bio="<p>x</p>")
    assert "In the index the name stands" not in author.get("/").text
    author.save(author_sort_name="García Márquez, Gabriel")
    assert "In the index the name stands" not in author.get("/").text
    portal.world.work()
    assert author.get("/authors/index.json").get_json()["authors"][0]["sort_name"] == "García Márquez, Gabriel"


def test_the_redirect_of_an_old_address_can_be_ended_and_the_address_stays_reserved(
    portal: Portal, author: Person
) -> None:
    for slug in ("a-former-name", "another-name", "ana-l"):
        author.save(author_slug=slug)
        portal.world.work()
    assert author.get("/authors/a-former-name/").status_code == 200
    at = f"/publisher/authors/{portal.account(author.address).id}/history"

    answer = author.post("/history/address", {"slug": "a-former-name"}, form="/history")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/history")
    assert "The address “a-former-name” no longer leads to the page." in author.get("/history").text
    portal.world.work()
    publisher = portal.publisher()
    assert publisher.post(f"{at}/address", {"slug": "another-name"}, form=at).status_code == 303
    portal.world.work()

    reader = portal.person()
    for gone in ("a-former-name", "another-name"):
        page = reader.get(f"/authors/{gone}/")
        assert page.status_code == 404
        assert gone not in author.get("/history").text.partition("Earlier page addresses")[2]
        other = portal.author(f"{gone}@example.org", "Bo Lund")
        assert "This page address is taken" in other.save(author_slug=gone).text
    assert reader.get("/authors/ana-lima/").status_code == 200
    assert "Ended the redirect of an old page address." in publisher.get(at.removesuffix("/history")).text
    assert "former" not in publisher.get(at.removesuffix("/history")).text

    for nothing in ("a-former-name", "ana-l", "bo-lund", ""):
        assert author.post("/history/address", {"slug": nothing}, form="/history").status_code == 404
    assert author.save(author_slug="a-former-name").status_code == 303  # its own again
    portal.world.work()
    assert author.get("/authors/a-former-name/").status_code == 200


def test_an_ended_redirect_counts_among_the_moves_of_a_page(portal: Portal, author: Person) -> None:
    for number in range(5):
        assert author.save(author_slug=f"at-{number}").status_code == 303
        old = "ana-lima" if number == 0 else f"at-{number - 1}"
        assert author.post("/history/address", {"slug": old}, form="/history").status_code == 303

    assert "A page can move 5 times" in author.save(author_slug="at-5").text
