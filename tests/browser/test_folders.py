"""Folders and the archive in the sidebar: by menu and by drag, and without losing anything."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_sidebar import chat_called, menu, row


def folder(page: Page, name: str) -> Locator:
    return page.locator("#sidebar .folder").filter(has_text=name)


def inside(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name=f"In {name}")


def into_new_folder(page: Page, title: str, name: str) -> None:
    row(page, title).hover()
    row(page, title).get_by_role("button", name=f"More for {title}").click()
    page.locator("[popover]:popover-open").get_by_text("Move to…").click()
    sheet = page.get_by_role("dialog", name="Move to a folder")
    sheet.get_by_role("textbox").fill(name)
    sheet.get_by_role("button", name="Move").click()
    expect(sheet).to_be_hidden()


def test_a_chat_is_moved_by_menu_into_a_folder_that_naming_makes(chat: Page) -> None:
    chat_called(chat, "Sheep to move")
    into_new_folder(chat, "Sheep to move", "Farm")
    expect(inside(chat, "Farm")).to_contain_text("Sheep to move")
    expect(folder(chat, "Farm").locator(".badge")).to_have_text("Chats: 1")
    expect(row(chat, "Sheep to move").get_by_role("button", name="More for Sheep to move")).to_be_focused()
    folder(chat, "Farm").locator(".name").click()
    expect(inside(chat, "Farm")).to_have_count(0)
    chat.reload()
    expect(inside(chat, "Farm")).to_have_count(0)


def test_a_chat_is_dragged_into_a_folder_out_of_it_and_among_the_pinned(chat: Page) -> None:
    chat_called(chat, "First pinned")
    menu(chat, "First pinned", "Pin")
    expect(chat.locator("#sidebar h2", has_text="Pinned")).to_be_visible()
    chat_called(chat, "Stays")
    chat_called(chat, "Keeps a folder")
    into_new_folder(chat, "Keeps a folder", "Meadow")
    chat_called(chat, "Cows to drag")
    row(chat, "Cows to drag").locator("a").first.drag_to(folder(chat, "Meadow"))
    expect(inside(chat, "Meadow")).to_contain_text("Cows to drag")
    row(chat, "Cows to drag").last.locator("a").first.drag_to(chat.locator("#sidebar h2", has_text="Today"))
    expect(inside(chat, "Meadow")).not_to_contain_text("Cows to drag")
    row(chat, "Cows to drag").locator("a").first.drag_to(chat.locator("#sidebar h2", has_text="Pinned"))
    expect(chat.locator("#sidebar ul").first).to_contain_text("Cows to drag")
    expect(chat.locator("[data-over]")).to_have_count(0)


def test_a_folder_is_renamed_in_its_row_and_deleted_without_its_chats(chat: Page) -> None:
    chat_called(chat, "Kept chat")
    into_new_folder(chat, "Kept chat", "Old folder")
    folder(chat, "Old folder").hover()
    folder(chat, "Old folder").get_by_role("button", name="More for folder Old folder").click()
    chat.locator("[popover]:popover-open").get_by_text("Rename").click()
    chat.get_by_role("textbox", name="Title").fill("New folder name")
    chat.keyboard.press("Enter")
    expect(inside(chat, "New folder name")).to_contain_text("Kept chat")
    chat.on("dialog", lambda dialog: dialog.accept())
    folder(chat, "New folder name").hover()
    folder(chat, "New folder name").get_by_role("button", name="More for folder").click()
    chat.locator("[popover]:popover-open").get_by_text("Delete folder").click()
    expect(folder(chat, "New folder name")).to_have_count(0)
    expect(row(chat, "Kept chat")).to_have_count(1)


def test_an_archived_chat_comes_back_with_undo_or_from_the_archive(chat: Page) -> None:
    chat_called(chat, "To put away")
    address = chat.url
    chat_called(chat, "Here instead")
    menu(chat, "To put away", "Archive")
    expect(row(chat, "To put away")).to_have_count(0)
    chat.get_by_role("button", name="Undo").click()
    expect(row(chat, "To put away")).to_have_count(1)
    menu(chat, "To put away", "Archive")
    chat.get_by_role("link", name="Archived").click()
    chat.get_by_role("link", name="To put away").click()
    expect(chat.locator(".archived-tag")).to_be_visible()
    assert chat.url == address
    chat.get_by_role("button", name="More for this chat").click()
    chat.locator(".bar [popover]").get_by_text("Take out of the archive").click()
    expect(chat.locator(".archived-tag")).to_have_count(0)
    expect(row(chat, "To put away")).to_have_count(1)


def test_a_chat_is_renamed_from_its_bar_and_a_refusal_is_said_in_the_sheet(
    chat: Page, complaints: list[str]
) -> None:
    chat_called(chat, "Before the bar")
    chat.get_by_role("button", name="More for this chat").click()
    chat.locator(".bar [popover]").get_by_text("Rename…").click()
    sheet = chat.get_by_role("dialog", name="Rename")
    field = sheet.get_by_role("textbox", name="Title")
    expect(field).to_be_focused()
    field.fill("   ")
    field.press("Enter")
    expect(sheet.get_by_role("alert")).to_have_text("Give the conversation a title.")
    field.fill("After the bar")
    field.press("Enter")
    expect(sheet).to_be_hidden()
    expect(chat.get_by_role("heading", level=1)).to_have_text("After the bar")
    complaints.clear()


def test_an_export_is_a_file_named_after_the_chat(chat: Page) -> None:
    chat_called(chat, "To export")
    chat.get_by_role("button", name="More for this chat").click()
    chat.locator(".bar [popover]").get_by_text("Export…").click()
    sheet = chat.get_by_role("dialog", name="Export")
    with chat.expect_download() as download:
        sheet.get_by_role("button", name="Markdown").click()
    assert download.value.suggested_filename == "To-export.md"
    assert "## You\n\nTo export" in download.value.path().read_text()
    expect(sheet).to_be_hidden()
