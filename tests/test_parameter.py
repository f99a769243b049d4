"""Numbers with their unit and source, and the records that hold them."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from soleus.body.body import Patient
from soleus.parameter import Meta, get, param, parameters, part, put, quantity, record


@record
class Pump:
    Q: float = param("L/min", 0.3, within=(0.05, 0.6), source="Key", meaning="blood flow", status="recalled", sd=0.05)
    n: float = param("1", 2.0, within=(1.0, 3.0), source="Key", meaning="rollers of it", status="seen")


@record
class Machine:
    pump: Pump = part(Pump)
    T: float = param("degC", 36.5, within=(34.0, 39.0), source="Key", meaning="bath temperature", status="assumed")


@record
class Reading:
    P: float = quantity("mmHg", "pressure")


def test_a_number_keeps_its_meta():
    listed = {name: (value, meta) for name, value, meta in parameters(Machine)}
    assert list(listed) == ["pump.Q", "pump.n", "T"]
    value, meta = listed["pump.Q"]
    assert value == 0.3
    assert meta == Meta("L/min", (0.05, 0.6), "Key", "blood flow", "recalled", 0.05, 1.0, 0.0)


def test_a_quantity_has_no_typical_value():
    with pytest.raises(TypeError):
        Reading()
    assert dataclasses.fields(Reading)[0].metadata["quantity"] == ("mmHg", "pressure")
    assert list(parameters(Reading)) == []


def test_records_are_frozen_and_by_name():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Pump().Q = 1.0
    with pytest.raises(TypeError):
        Pump(0.3)


def test_records_are_trees_of_their_numbers():
    tree = Machine(pump=Pump(Q=np.array([0.2, 0.3])))
    assert [np.shape(x) for x in jax.tree.leaves(tree)] == [(2,), (), ()]
    doubled = jax.tree.map(lambda x: 2 * x, tree)
    assert isinstance(doubled, Machine)
    assert doubled.T == 73.0


def test_get_and_put_by_dotted_name():
    machine = Machine()
    other = put(machine, {"pump.Q": 0.25, "T": 35.0})
    assert (get(other, "pump.Q"), get(other, "T"), get(other, "pump.n")) == (0.25, 35.0, 2.0)
    assert get(machine, "pump.Q") == 0.3  # the one it came from stays
    assert put(machine, {}) == machine


def test_put_refuses_a_name_that_is_not_there():
    with pytest.raises((AttributeError, TypeError)):
        put(Machine(), {"pump.Z": 1.0})


def test_a_sensitivity_comes_back_by_name():
    slope = jax.grad(lambda m: m.pump.Q * m.pump.n)(Machine())
    assert (slope.pump.Q, slope.pump.n, slope.T) == (2.0, 0.3, 0.0)


def test_double_precision_everywhere():
    assert jnp.asarray(1.0).dtype == np.float64


def test_every_parameter_of_a_patient_can_be_found_by_its_name():
    listed = list(parameters(Patient))
    assert len(listed) == len(jax.tree.leaves(Patient()))
    assert all(get(Patient(), name) == value for name, value, _ in listed)
