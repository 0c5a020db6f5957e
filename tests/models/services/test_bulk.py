"""Many rows at once, whatever the driver's way of naming parameters."""

import gc

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, select

from models.services.bulk import insert_rows, uncollected


@pytest.mark.parametrize("style", ["qmark", "named"])
def test_rows_are_inserted_under_either_parameter_style(tmp_path, style):
    engine = create_engine(f"sqlite:///{tmp_path / 'bulk.db'}", paramstyle=style)
    table = Table("pair", MetaData(), Column("id", Integer, primary_key=True), Column("a", Text), Column("b", Integer))
    table.create(engine)
    with engine.begin() as connection:
        insert_rows(connection, table, ("a", "b"), [("'; DROP", 1), (None, None)])
        insert_rows(connection, table, ("a", "b"), [])
        assert [tuple(row) for row in connection.execute(select(table))] == [(1, "'; DROP", 1), (2, None, None)]
    engine.dispose()


def test_columns_out_of_the_tables_order_are_not_mixed_up(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'bulk.db'}")
    table = Table("pair", MetaData(), Column("a", Text), Column("b", Text))
    table.create(engine)
    with engine.begin() as connection, pytest.raises(AssertionError):
        insert_rows(connection, table, ("b", "a"), [("of b", "of a")])
    engine.dispose()


def test_the_collector_rests_inside_and_is_as_it_was_afterwards():
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_works_again_after_an_error():
    def fail():
        with uncollected():
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert gc.isenabled()
