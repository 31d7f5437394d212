import ast
import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

I18N = Path(__file__).parents[1] / 'i18n'
LANGUAGES = ('th', 'ko')


@tagged('post_install', '-at_install')
class TestTranslations(BaseCase):
    """The files in i18n, read as they are: no language has to be installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = [entry.msgid for entry in polib.pofile(str(I18N / 'ecount_customer.pot'))]
        cls.translations = {
            language: {
                entry.msgid: entry.msgstr
                for entry in polib.pofile(str(I18N / f'{language}.po'))
                if not entry.obsolete and not entry.fuzzy
            }
            for language in LANGUAGES
        }

    def test_no_term_stands_inside_a_formatted_string(self):
        # where the export does not find it, so that nobody ever translates it
        found = [
            f"{path.name}:{call.lineno}"
            for path in sorted(I18N.parent.rglob('*.py'))
            for text in ast.walk(ast.parse(path.read_text(encoding='utf-8'))) if isinstance(text, ast.JoinedStr)
            for call in ast.walk(text)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == '_'
        ]
        self.assertFalse(found)

    def _assert_same_pieces(self, pattern):
        """Assert that every translation has the pieces of its source, each as often, in any order."""
        different = {
            (language, source): translation
            for language, translations in self.translations.items()
            for source, translation in translations.items()
            if Counter(re.findall(pattern, source)) != Counter(re.findall(pattern, translation))
        }
        self.assertFalse(different)

    def test_every_term_has_a_translation(self):
        self.assertTrue(self.terms)
        for language, translations in self.translations.items():
            untranslated = [term for term in self.terms if not translations.get(term, '').strip()]
            self.assertFalse(untranslated, f"without translation in {language}.po")

    def test_no_translation_is_of_a_term_that_is_gone(self):
        for language, translations in self.translations.items():
            self.assertFalse(set(translations) - set(self.terms), f"only in {language}.po")

    def test_translations_keep_the_placeholders_of_their_source(self):
        # a lost or renamed one is a traceback for the user who reads the message
        self._assert_same_pieces(r'%(?:\(\w+\))?[sdfr]|%%|\$?\{[^}]*\}')

    def test_translations_keep_the_tags_of_their_source(self):
        self._assert_same_pieces(r'</?[a-z]\w*|\b(?:class|invisible|name|href|t-[a-z]+)="[^"]*"')
