"""Draws households, lets OpenFisca compute them and leaves both as raw columns.

Amounts are drawn in whole cents of which the rates of the template make whole
cents again, so that what we give can be held beside what OpenFisca gives.
"""

import json
import os
import resource
import sys
import time

import numpy as np
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem

households, work = int(sys.argv[1]), sys.argv[2]
draw = np.random.default_rng(2016)
size = draw.choice(np.arange(1, 7), households, p=[0.35, 0.31, 0.135, 0.12, 0.06, 0.025])
starts = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
persons = int(starts[-1])
household = np.repeat(np.arange(households), size)
place = np.arange(persons) - starts[household]
adult = (place == 0) | (place == 1) & (draw.random(persons) < 0.8)
days = np.where(adult, draw.integers(18 * 365, 95 * 365, persons), draw.integers(0, 18 * 365, persons))
birth = (np.datetime64("2015-12-31") - days).astype("datetime64[D]")
salary = np.where(adult & (draw.random(persons) < 0.6), draw.integers(1, 20_000, persons), 0)
returns = np.where(adult & (draw.random(persons) < 0.3), draw.integers(0, 400, persons), 0)
rent = draw.integers(0, 50_000, households) * 4  # cents
metres = draw.integers(1_500, 25_000, households)  # hundredths
occupancy = draw.integers(0, 4, households)

raw = {
    "starts": starts, "birth": birth.astype(np.int32), "role": np.where(place == 0, 0, np.where(adult, 1, 2)).astype(np.int32),
    "salary": (salary * 100).astype(np.int64), "capital_returns": (returns * 100).astype(np.int64),
    "rent": rent.astype(np.int64), "size": metres.astype(np.int64), "occupancy": occupancy.astype(np.int32),
}
for name, column in raw.items():
    column.tofile(os.path.join(work, name))

month = "2016-01"
before = time.perf_counter()
country = CountryTaxBenefitSystem()
loaded = time.perf_counter()
building = time.process_time()
builder = SimulationBuilder()
builder.create_entities(country)
builder.declare_person_entity("person", np.arange(persons))
group = builder.declare_entity("household", np.arange(households))
builder.join_with_persons(group, household, np.where(adult, "adult", "child"))
simulation = builder.build(country)
simulation.set_input("salary", month, salary.astype(np.float32))
simulation.set_input("capital_returns", month, returns.astype(np.float32))
simulation.set_input("birth", month, birth)
simulation.set_input("rent", month, (rent / 100).astype(np.float32))
simulation.set_input("accommodation_size", month, (metres / 100).astype(np.float32))
status = simulation.tax_benefit_system.get_variable("housing_occupancy_status").possible_values
simulation.set_input("housing_occupancy_status", month, np.array(["owner", "tenant", "free_lodger", "homeless"])[occupancy])
built = time.perf_counter()
building = time.process_time() - building
processor = time.process_time()
targets = ["basic_income", "housing_allowance", "parenting_allowance", "pension", "income_tax", "disposable_income"]
results, each = {}, {}
for name in targets:  # as its users do; what a formula needs of one before is computed already
    start = time.process_time()
    results[name] = simulation.calculate(name, month)
    each[name] = time.process_time() - start
computed = time.perf_counter()
processor = time.process_time() - processor

for name, column in results.items():
    if len(column) == persons and name in ("basic_income", "pension", "income_tax"):
        column = np.add.reduceat(column.astype(np.float64), starts[:-1])
    column.astype(np.float64).tofile(os.path.join(work, "their_" + name))
with open(os.path.join(work, "theirs.json"), "w") as f:
    json.dump({"households": households, "persons": persons, "build": built - loaded, "calculate": computed - built, "processor": processor, "building": building, "each": each,
               "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}, f)
