"""A certificate on paper: A4, landscape, one page, with a QR code of the page that verifies it."""

from pathlib import Path

import segno
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from learn.progress.credential import Award

# DejaVu Sans knows Latin, Greek, Cyrillic, Arabic, Hebrew and more: names are written in many.
FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"

INK = (21, 32, 43)
MUTED = (76, 90, 105)
ICE = (8, 96, 142)
NIGHT = (13, 39, 56)
EMBER = (181, 71, 15)
LINE = (219, 226, 232)

WIDTH, HEIGHT = 297.0, 210.0
BAND = 62.0
LEFT = BAND + 24
TEXT_WIDTH = WIDTH - LEFT - 24
NAME_SIZES = (34, 28, 22, 17)
QR_SIZE = 34.0


def certificate_pdf(award: Award) -> bytes:
    """The file. The same award gives the same page."""
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_title(f"{award.course_title}: {award.name}")
    pdf.set_author("Coldstart")
    pdf.set_lang(get_language() or "en")
    pdf.set_creation_date(award.issued_at)
    pdf.add_page()
    _draw_band(pdf)
    _draw_text(pdf, award)
    _draw_proof(pdf, award)
    return bytes(pdf.output())


def _draw_band(pdf: FPDF) -> None:
    pdf.set_fill_color(*NIGHT)
    pdf.rect(0, 0, BAND, HEIGHT, style="F")
    pdf.set_fill_color(*EMBER)
    pdf.rect(BAND, 0, 1.6, HEIGHT, style="F")
    _draw_mark(pdf, BAND / 2, 40, 15)
    pdf.set_text_color(255, 255, 255)
    pdf.set_font(FAMILY, "B", 17)
    pdf.set_xy(0, 62)
    pdf.cell(BAND, 8, "Coldstart", align=Align.C)


def _draw_mark(pdf: FPDF, x: float, y: float, radius: float) -> None:
    """The site's sign: a snow crystal with one warm arm."""
    arms = [(0, -1), (0, 1), (-0.866, -0.5), (-0.866, 0.5), (0.866, 0.5)]
    pdf.set_line_width(3)
    pdf.set_draw_color(143, 211, 247)
    for right, down in arms:
        pdf.line(x, y, x + right * radius, y + down * radius)
    pdf.set_draw_color(255, 157, 92)
    pdf.line(x, y, x + 0.866 * radius, y - 0.5 * radius)


def _draw_text(pdf: FPDF, award: Award) -> None:
    pdf.set_xy(LEFT, 36)
    _write(pdf, _("Certificate of completion"), 13, ICE, style="B", gap=16)
    size = next((one for one in NAME_SIZES if _fits(pdf, award.name, one)), NAME_SIZES[-1])
    _write(pdf, award.name, size, INK, style="B", gap=7)
    _write(pdf, _("has completed the course"), 13, MUTED, gap=7)
    _write(pdf, award.course_title, 22, INK, style="B", gap=4)
    _write(pdf, award.course_summary, 11.5, MUTED, gap=7)
    facts = _("%(steps)d steps: lessons, quizzes, and labs graded by what the code did.")
    _write(pdf, facts % {"steps": award.steps}, 11.5, INK, gap=0)


def _draw_proof(pdf: FPDF, award: Award) -> None:
    top = HEIGHT - 24 - QR_SIZE
    pdf.set_draw_color(*LINE)
    pdf.set_line_width(0.3)
    pdf.line(LEFT, top - 7, LEFT + TEXT_WIDTH, top - 7)
    pdf.set_xy(LEFT, top + 2)
    date = date_format(award.issued_at, "j F Y")
    _write(pdf, _("Issued on %(date)s") % {"date": date}, 11.5, INK, style="B", gap=5, room=40)
    _write(pdf, _("Anyone can verify this certificate at"), 9.5, MUTED, gap=1, room=40)
    _write(pdf, award.url, 9.5, ICE, gap=0, room=40, link=award.url)
    _draw_code(pdf, award.url, WIDTH - 24 - QR_SIZE, top)


def _draw_code(pdf: FPDF, url: str, left: float, top: float) -> None:
    rows = list(segno.make(url, micro=False, error="m").matrix)
    step = QR_SIZE / len(rows)
    pdf.set_fill_color(*INK)
    for down, row in enumerate(rows):
        for right, dark in enumerate(row):
            if dark:
                # A little wider, so that no hairline shows between neighbours.
                pdf.rect(left + right * step, top + down * step, step + 0.03, step + 0.03, "F")


def _fits(pdf: FPDF, text: str, size: float) -> bool:
    pdf.set_font(FAMILY, "B", size)
    return pdf.get_string_width(text) <= TEXT_WIDTH


def _write(
    pdf: FPDF,
    text: str,
    size: float,
    colour: tuple[int, int, int],
    *,
    gap: float,
    style: str = "",
    room: float = 0,
    link: str = "",
) -> None:
    """A paragraph at the cursor, and `gap` below it; `room` is left free on its right."""
    pdf.set_font(FAMILY, style, size)
    pdf.set_text_color(*colour)
    line_height = size * 0.3528 * 1.3
    pdf.set_x(LEFT)
    pdf.multi_cell(
        TEXT_WIDTH - room,
        line_height,
        text,
        align=Align.L,
        link=link,
        new_x=XPos.LEFT,
        new_y=YPos.NEXT,
    )
    pdf.set_y(pdf.get_y() + gap)
