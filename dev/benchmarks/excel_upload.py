"""Uploading customers from Excel against native import: new, unchanged, one changed cell; memory of a large file."""
import base64
import io
import itertools
import os
import resource
import time

NEW = int(os.environ.get("BENCH_NEW", "20000"))
NATIVE = int(os.environ.get("BENCH_NATIVE", "1000"))
LARGE = int(os.environ.get("BENCH_LARGE", "100000"))
LIMIT_MIB, QUERIES = 700, 0.2

HEADERS = ("Customer code", "Name", "Phone", "Mobile", "Email", "Street", "City", "Zip", "State", "Country",
           "Salesperson", "Bench", "Credit Limit", "credit_days", "Search words")
# The same columns as Odoo's import takes them.
NATIVE_FIELDS = ["ref", "name", "phone", "mobile", "email", "street", "city", "zip", "state_id", "country_id",
                 "user_id", "customer_group_ids", "credit_limit", "credit_days", "search_words"]


def build(env):
    env["ecount.customer.group"].create({"name": "Bench", "child_ids": [
        (0, 0, {"name": f"Group {number}"}) for number in range(20)]})


def make_row(number, prefix):
    digits = f"{number // 10000 % 1000:03d} {number % 10000:04d}"
    return [f"{prefix}{number:06d}", f"Customer {prefix}{number}", f"+66 2 {digits}", f"+66 81 {digits}",
            f"{prefix.lower()}{number}@example.com",
            f"{number} Main Road", "Mueang", "50000", "California", "United States", "admin", f"Group {number % 20}",
            float(number % 1000 * 100), 30, f"word{number}"]


def make_file(rows):
    import xlsxwriter
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"constant_memory": True})
    page = book.add_worksheet()
    for index, row in enumerate(itertools.chain([HEADERS], rows)):
        page.write_row(index, 0, row)
    book.close()
    return base64.b64encode(content.getvalue())


def upload(env, rows):
    """Return seconds, queries and the upload of these rows, checked and written."""
    content = make_file(rows)
    record = env["ecount.customer.import"].create({"file": content, "filename": "bench.xlsx"})
    env.flush_all()
    env.invalidate_all()
    began, queries = time.perf_counter(), env.cr.sql_log_count
    record.action_validate()
    checked = time.perf_counter() - began
    if record.valid_count:
        record.action_import()
    env.flush_all()
    seconds, queries = time.perf_counter() - began, env.cr.sql_log_count - queries
    env.invalidate_all()
    print(f"      check {checked:.1f} s, write {seconds - checked:.1f} s, {record.result}", flush=True)
    return seconds, queries, record


def native(env, rows):
    """Return seconds and queries of Odoo's import of the same rows, without history as its screen does by default."""
    texts = [[str(value) for value in row] for row in rows]
    ids = [f"bench.customer_{row[0]}" for row in rows]
    env.invalidate_all()
    began, queries = time.perf_counter(), env.cr.sql_log_count
    result = env["res.partner"].with_context(tracking_disable=True).load(
        ["id", *NATIVE_FIELDS], [[xmlid, *row] for xmlid, row in zip(ids, texts)])
    env.flush_all()
    if not result["ids"]:
        raise RuntimeError(result["messages"][:3])
    return time.perf_counter() - began, env.cr.sql_log_count - queries


def run(bench):
    with bench.database(build) as env:
        env = env(user=env.ref("base.user_admin"))  # rights and rules count
        report = Report(bench)
        new = [make_row(number, "A") for number in range(NEW)]
        few = [make_row(number, "B") for number in range(NATIVE)]
        report.add("new", 4, (NATIVE, *native(env, few)), (NEW, *upload(env, new)[:2]))
        same = (NATIVE, *native(env, few))
        seconds, queries, _record = upload(env, new)
        report.add("unchanged", 80, same, (NEW, seconds, queries))
        if queries > QUERIES * NEW:
            bench.too_slow.append(f"{queries / NEW:.2f} queries an unchanged row")
        for rows in (new, few):
            for row in rows:
                row[5] = f"{row[5]} 2"
        report.add("one changed cell", 5, (NATIVE, *native(env, few)), (NEW, *upload(env, new)[:2]))
        env.cr.rollback()
    report_memory(bench)


class Report:
    """Prints rows a second of both sides and complains about too small a ratio."""

    def __init__(self, bench):
        self.bench = bench
        print(f"\n  {'':18} {'native rows/s':>14} {'upload rows/s':>14} {'ratio':>7} {'queries a row':>20}")

    def add(self, label, wanted, base, ours):
        ratio = (ours[0] / ours[1]) / (base[0] / base[1])
        print(f"  {label:18} {base[0] / base[1]:14,.0f} {ours[0] / ours[1]:14,.0f} {ratio:7.1f} "
              f"{base[2] / base[0]:9.2f} → {ours[2] / ours[0]:.2f}  at least {wanted}: "
              f"{'ok' if ratio >= wanted else 'TOO SLOW'}", flush=True)
        if ratio < wanted:
            self.bench.too_slow.append(f"upload, {label}")


def report_memory(bench):
    """Check a large file of new customers, and measure what this process takes at most."""
    with bench.database(build) as env:
        env = env(user=env.ref("base.user_admin"))
        record = env["ecount.customer.import"].create({
            "file": make_file(make_row(number, "L") for number in range(LARGE)), "filename": "large.xlsx"})
        began = time.perf_counter()
        record.action_validate()
        seconds = time.perf_counter() - began
        record.action_import()
        for _step in range(3):
            record._process_step()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {LARGE:,} new rows: checked in {seconds:.0f} s, three steps written; at most {peak:.0f} MiB "
              f"of {LIMIT_MIB}: {'ok' if peak < LIMIT_MIB else 'TOO MUCH'}", flush=True)
        if peak >= LIMIT_MIB:
            bench.too_slow.append("memory of an upload")
        env.cr.rollback()
