"""Every place in which moto's RDS and its Data API are bent."""

import json
from typing import Any

import moto.rdsdata.urls
from moto.rdsdata.responses import RDSDataServiceResponse

from labs.cloud.moto_ec2 import rds_models
from labs.cloud.services.rds_data import api
from labs.cloud.simulation import has_current

DBCluster = rds_models.DBCluster
_execute_canned = RDSDataServiceResponse.execute_statement
_put_endpoint = DBCluster.enable_http_endpoint.fset


def patch() -> None:
    """Put the seams in, before moto starts."""
    dispatch = moto.rdsdata.urls.response.dispatch
    for path in api.OPERATIONS:
        moto.rdsdata.urls.url_paths[f"{{0}}{path}$"] = dispatch
    RDSDataServiceResponse.execute_statement = _execute_statement
    for name in (
        "batch_execute_statement",
        "begin_transaction",
        "commit_transaction",
        "rollback_transaction",
    ):
        setattr(RDSDataServiceResponse, name, _answer)
    DBCluster.enable_http_endpoint = property(_get_endpoint, _set_endpoint)


def _execute_statement(self: RDSDataServiceResponse) -> Any:
    """Without an account, moto's own answers, which a test puts into a queue."""
    return _answer(self) if has_current() else _execute_canned(self)


def _answer(self: RDSDataServiceResponse) -> str:
    path = self.parsed_url.path
    return json.dumps(api.OPERATIONS[path](json.loads(self.body)))


def _get_endpoint(self: Any) -> bool:
    return bool(self._enable_http_endpoint)


def _set_endpoint(self: Any, value: bool | None) -> None:
    """All of today's Aurora has the Data API; moto knows it of the first Serverless alone."""
    _put_endpoint(self, value)
    if value is not None and self.engine_mode != "serverless" and "aurora" in self.engine:
        self._enable_http_endpoint = value
