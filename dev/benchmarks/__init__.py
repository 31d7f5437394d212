"""The benchmarks, one module each; its docstring's first line is its title.

A module has `run(bench)`, where `bench` is a dev.measure.Bench:

    def build(env):                       # fills the database, once; kept between runs
        env["res.partner"].create(…)

    def run(bench):
        with bench.database(build) as env:
            bench.compare(env, {
                "native": lambda env: …,  # the first is what the others are measured against
                "with the addon": lambda env: …,
            }, limit=1.2)                 # optional: more than 1.2 × the native time fails
"""
