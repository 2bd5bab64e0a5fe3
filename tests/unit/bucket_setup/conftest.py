"""Somebody's bucket with settings of its own, and a stack that is to work on it."""

import pytest

from tests.fake_bucket import FakeBucket
from tests.setting_up import Cloudformation, full


@pytest.fixture
def bucket() -> FakeBucket:
    return full()


@pytest.fixture
def stack(bucket: FakeBucket) -> Cloudformation:
    return Cloudformation(bucket)
