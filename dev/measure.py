"""What a benchmark needs: prepared databases, timing, query counts, a table."""
import contextlib
import gc
import hashlib
import inspect
import statistics
import time

from . import databases
from .common import ADDON, CHECKOUT, lock, oca_addons, say


class Bench:
    """Handed to `run(bench)` of a benchmark module."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.too_slow = []

    @contextlib.contextmanager
    def database(self, build=None, addon=ADDON, beside=()):
        """Yield an environment (superuser) on a database with the addon, filled by `build(env)`.

        The filled database is kept and found again as long as neither the addon nor the module of
        `build` changed. addon=None: Odoo without our addons. beside: OCA's addons, as from `find_oca`."""
        # One lock for each database: a benchmark may compare several.
        with lock("-".join(["bench", self.name, build.__name__ if build else "empty", *beside, str(addon)])):
            name = self._ensure_database(build, addon, beside)
            with environment(name) as env:
                yield env

    @staticmethod
    def find_oca(addon):
        """Return [addon] where OCA_ADDONS has that addon of OCA, else []: nobody needs it to run a benchmark."""
        folder = oca_addons()
        return [addon] if folder and (folder / addon / "__manifest__.py").exists() else []

    def _ensure_database(self, build, addon, beside):
        template = databases.ensure_template(self.server, addon or ADDON)
        source = inspect.getsource(inspect.getmodule(build)) if build else ""
        versions = [(oca_addons() / name / "__manifest__.py").read_text(encoding="utf-8") for name in beside]
        key = repr((template, addon and databases.fingerprint(), source, *versions))
        place = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:4]
        parts = ["ecount_bench", place, self.name, build.__name__ if build else "empty", *beside]
        parts += [addon] if addon else [] if beside else ["native"]
        prefix = "_".join(parts)[:50] + "_"
        name = prefix + hashlib.sha256(key.encode()).hexdigest()[:8]
        if not databases.exists(self.server, name):
            databases.drop_unused(self.server, prefix)  # this checkout's earlier states of addon or benchmark
            work = f"{name}_w"
            databases.drop(self.server, work)
            databases.copy(self.server, template, work)
            if installed := ",".join([*beside, *filter(None, [addon])]):
                databases.install(self.server, work, installed)
            if build:
                say(f"{self.name}: filling the database, once …")
                with environment(work) as env:
                    build(env)
                    env.cr.commit()
                databases.query(self.server, "VACUUM ANALYZE", database=work)
            databases.rename(self.server, work, name)
        return name

    def compare(self, env, variants, title="", repeat=7, warm_up=1, limit=None):
        """Time the variants in turn, `repeat` times each, and print one row for each.

        variants: {label: function(env)}, or {label: (env, function)} where databases are compared;
        each call starts with empty caches of the ORM and is rolled back. The first variant is the measure of
        the others: each turn's times are divided by its time in the same turn, because a machine's speed
        drifts, and the ratio is the median of these.
        A ratio over `limit`, a number or one for each label, fails the benchmark. Returns
        {label: (median seconds, median queries)}."""
        samples = {label: [] for label in variants}
        for turn in range(warm_up + repeat):
            for label, variant in variants.items():
                sample = measure(*variant) if isinstance(variant, tuple) else measure(env, variant)
                if turn >= warm_up:
                    samples[label].append(sample)
        results = {label: tuple(map(statistics.median, zip(*rows))) for label, rows in samples.items()}
        self._print(title or self.name, samples, results, limit)
        return results

    def _print(self, title, samples, results, limit):
        base = next(iter(samples.values()))
        width = max(map(len, results))
        print(f"\n{title}  (median of {len(base)})")
        print(f"  {'':{width}}  {'median ms':>10} {'best ms':>10} {'queries':>8} {'ratio':>6}")
        for label, (seconds, queries) in results.items():
            ratio = statistics.median(
                sample[0] / base_sample[0] for sample, base_sample in zip(samples[label], base))
            verdict, most = "", limit.get(label) if isinstance(limit, dict) else limit
            if most and label != next(iter(results)):
                verdict = f"  at most {most}: {'ok' if ratio <= most else 'TOO SLOW'}"
                if ratio > most:
                    self.too_slow.append(f"{title}: {label}")
            best = min(sample[0] for sample in samples[label])
            print(f"  {label:{width}}  {seconds * 1000:10.1f} {best * 1000:10.1f} {queries:8.0f} "
                  f"{ratio:6.2f}{verdict}", flush=True)


def measure(env, function):
    """Seconds and queries of one call, from empty caches, rolled back afterwards."""
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    with contextlib.suppress(_RollBack), env.cr.savepoint():
        queries, began = env.cr.sql_log_count, time.perf_counter()
        function(env)
        env.flush_all()
        seconds, queries = time.perf_counter() - began, env.cr.sql_log_count - queries
        raise _RollBack
    env.invalidate_all()
    env.transaction.clear()
    return seconds, queries


class _RollBack(Exception):
    pass


@contextlib.contextmanager
def environment(name):
    """An environment of this process on a database; nothing is kept unless the caller commits."""
    from odoo import SUPERUSER_ID, api, modules, sql_db
    try:
        registry = modules.registry.Registry(name)
        with registry.cursor() as cr:
            try:
                yield api.Environment(cr, SUPERUSER_ID, {})
            finally:
                cr.rollback()
    finally:
        modules.registry.Registry.delete(name)
        sql_db.close_db(name)

