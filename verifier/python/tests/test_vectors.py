"""Every vector of verdicts through the installed wheel, as a counter's folder.

Run by `verifier/python/wheel test`; or, with the wheel installed:
`python -m unittest discover verifier/python/tests`.
"""

import base64
import json
import pathlib
import tempfile
import unittest

from glimpse_verifier import Outcome, Verdict, Verifier, VerifierError

ALL = pathlib.Path(__file__).parents[3] / "test-vectors"
VECTORS = ALL / "verifier"
OUTCOMES = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused",
    Outcome.CANNOT_TELL: "cannot_tell",
}


def octets(text):
    return base64.b64decode(text, validate=True)


def write_folder(case, folder):
    """A vector as `glimpse-counter` keeps it."""
    folder = pathlib.Path(folder)
    (folder / "verifier.key").write_bytes(octets(case["identity"]))
    (folder / "trust-list").write_bytes(octets(case["trust_list"]))
    (folder / "registration").write_bytes(octets(case["registration"]))
    if case["ticket"] is not None:
        (folder / "latest-request").write_bytes(bytes.fromhex(case["ticket"]))
    outstanding = folder / "outstanding"
    outstanding.mkdir()
    for made in case["requests"]:
        state = "used" if made["used"] else "waiting"
        content = made["expires"].to_bytes(8, "big") + octets(made["request"])
        (outstanding / f"{made['ticket']}.{state}").write_bytes(content)
    for noted in case["answers"]:
        content = noted["until"].to_bytes(8, "big")
        (outstanding / f"{noted['digest']}.answer").write_bytes(content)
    (outstanding / "clock").write_text(str(case["seen"]))


def answer(case):
    given = case["answer"]
    return given["text"] if "text" in given else octets(given["octets"])


def encoded(value):
    return None if value is None else base64.b64encode(value).decode()


def plain(verdict):
    def shows(one):
        return {
            "attribute": one.attribute,
            "name": one.name,
            "value": one.value,
            "octets": encoded(one.octets),
        }

    def card(one):
        return {
            "schema": one.schema,
            "name": one.name,
            "issuer": one.issuer,
            "renewed_days_ago": one.renewed_days_ago,
            "values": [shows(value) for value in one.values],
            "statements": list(one.statements),
            "pseudonym": one.pseudonym,
        }

    cards = [card(one) for one in verdict.cards]
    return {"outcome": OUTCOMES[verdict.outcome], "code": verdict.code, "cards": cards}


class Vectors(unittest.TestCase):
    def test_every_vector(self):
        files = sorted(VECTORS.glob("*.json"))
        self.assertGreaterEqual(len(files), 20)
        for file in files:
            case = json.loads(file.read_text(encoding="utf-8"))
            with self.subTest(file.stem), tempfile.TemporaryDirectory() as folder:
                write_folder(case, folder)
                accepted = case["expected"]["outcome"] == "accepted"
                ticket = case["ticket"]
                verdict = Verifier(folder).check(answer(case), ticket, now=case["now"])
                self.assertIsInstance(verdict, Verdict)
                self.assertEqual(plain(verdict), case["expected"])
                self.assertEqual(bool(verdict), accepted)
                self.assertTrue(verdict.words)
                if accepted:
                    again = Verifier(folder).check(answer(case), now=case["now"])
                    self.assertEqual((bool(again), again.code), (False, "used_already"))

            if case["poster"] is not None:
                with self.subTest(file.stem), tempfile.TemporaryDirectory() as folder:
                    write_folder(case, folder)
                    self.made_again(case, folder)

    def made_again(self, case, folder):
        """Every form makes the same poster from the same policy: nothing of it is drawn."""
        poster = case["poster"]
        asked = Verifier(folder).poster(
            case["policy"], poster["window"], poster["until"], now=poster["made"]
        )
        self.assertEqual(asked.ticket, poster["ticket"])
        self.assertEqual(asked.expires, poster["until"])
        self.assertTrue(asked.text.startswith("GQ1"))
        self.assertTrue(asked.registered)

    def test_names_in_another_language(self):
        case = json.loads((VECTORS / "good_over_18_and_city.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            write_folder(case, folder)
            verdict = Verifier(folder).check(answer(case), language="nl", now=case["now"])
            self.assertEqual(verdict.cards[0].name, "Inwonerspas")
            self.assertEqual(verdict.cards[0].values[0].value, "Den Haag")


class Asking(unittest.TestCase):
    def setUp(self):
        file = VECTORS / "good_over_18_and_city.json"
        self.case = json.loads(file.read_text(encoding="utf-8"))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_asks_afresh_each_time(self):
        write_folder(self.case, self.folder)
        verifier = Verifier(self.folder)
        now = self.case["now"]
        asked = [verifier.request(self.case["policy"], now=now) for _ in range(2)]
        self.assertNotEqual(asked[0].text, asked[1].text)
        for one in asked:
            self.assertTrue(one.text.startswith("GQ1"))
            self.assertEqual(one.expires, now + 120)
            self.assertTrue(one.registered)
            self.assertTrue(one.png().startswith(b"\x89PNG"))
        self.assertNotEqual(asked[0].ticket, asked[1].ticket)
        # The answer to the vector's request now answers an earlier one, but its ticket waits for it.
        self.assertEqual(verifier.check(answer(self.case), now=now).code, "other_request")
        other = verifier.check(answer(self.case), asked[0].ticket, now=now)
        self.assertEqual(other.code, "other_request")
        self.assertTrue(verifier.check(answer(self.case), self.case["ticket"], now=now))

    def test_what_cannot_be_asked_has_its_code(self):
        files = sorted((ALL / "asking").glob("*.json"))
        self.assertGreaterEqual(len(files), 10)
        for file in files:
            case = json.loads(file.read_text(encoding="utf-8"))
            with self.subTest(file.stem), tempfile.TemporaryDirectory() as folder:
                write_folder(case, folder)
                self.assertEqual(self.asked(Verifier(folder), case), case["expected"])

    def asked(self, verifier, case):
        policy, poster, now = case["policy"], case["poster"], case["now"]
        try:
            if poster is None:
                verifier.request(policy, now)
            else:
                verifier.poster(policy, poster["window"], poster["until"], now)
        except VerifierError as error:
            return error.code
        return "asked"

    def test_errors_have_types(self):
        with self.assertRaises(VerifierError.NoCounter) as raised:
            Verifier(self.folder)
        self.assertEqual(raised.exception.code, "no_counter")
        self.assertIn("glimpse-verifier init", raised.exception.words)
        write_folder(self.case, self.folder)
        verifier = Verifier(self.folder)
        with self.assertRaises(VerifierError.Policy):
            verifier.request("purpose = 1", now=self.case["now"])
        with self.assertRaises(VerifierError.Policy):
            other = self.case["policy"].replace('"resident"', '"doctor"')
            verifier.request(other, now=self.case["now"])
        with self.assertRaises(VerifierError.Other) as raised:
            verifier.poster(self.case["policy"], 10, self.case["now"] + 86400, self.case["now"])
        self.assertEqual(raised.exception.code, "request")
        with self.assertRaises(VerifierError.NotNow) as raised:
            verifier.request(self.case["policy"], now=self.case["now"] + 365 * 86400)
        self.assertEqual(raised.exception.code, "trust_expired")
        with self.assertRaises(VerifierError.Other) as raised:
            verifier.check("GA1", "0123")
        self.assertEqual(raised.exception.code, "argument")
        with self.assertRaises(TypeError):
            verifier.check(7)
        pathlib.Path(self.folder, "trust-list").unlink()
        with self.assertRaises(VerifierError.NoTrustList):
            Verifier(self.folder)


if __name__ == "__main__":
    unittest.main()
