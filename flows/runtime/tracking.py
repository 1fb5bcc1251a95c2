"""Runs that a Prefect server follows: named and tagged from the start, over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from contextvars import copy_context
from typing import Any

import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Pending
from prefect.utilities.callables import get_call_parameters

from flows.runtime.local_prefect import Health
from flows.runtime.prefect_inside import connected, let_go, run_to_its_end

Flowing = Flow[..., Coroutine[Any, Any, State[str]]]
LOOK_SECONDS, LOOKS = 1, 3  # how often to look at a server that lets us wait, and when to give it up


class Tracker:
    """One Prefect server. Connecting to it costs as much as an empty run, so that is done once.

    The run is made here with its name and tags, and then run: naming it afterwards (`flow_run_name`) and tags of a
    context (which Prefect holds to concurrency limits, for every task) cost five more requests.
    """

    def __init__(self, api_url: str, loop: asyncio.Runner) -> None:
        self._loop = loop
        self._health = Health(api_url)
        self._context = copy_context()  # in which Prefect finds the open connection
        self._connections = AsyncExitStack()
        self._client: PrefectClient | None = None

    def answers(self) -> bool:
        """Whether the server answers now."""
        return self._health()

    def run(self, flow: Flowing, name: str, labels: tuple[str, ...], given: Mapping[str, Any]) -> State[Any]:
        """Run a flow to its end; answers with its last state. Raises PrefectException and httpx errors."""
        if self._client is None:
            self._client = self._loop.run(self._connect(), context=self._context)
        return self._loop.run(self._while_it_answers(self._run(self._client, flow, name, labels, given)))

    async def _connect(self) -> PrefectClient:
        try:
            return await connected(self._connections)
        except Exception as error:  # certificates, a proxy: whatever it is, people do not wait for Prefect
            raise httpx.ConnectError(type(error).__name__) from None

    async def _while_it_answers(self, run: Coroutine[Any, Any, State[Any]]) -> State[Any]:
        """Give the run up when the server is gone: Prefect's client would try for a minute, and somebody is waiting."""
        # in a copy: what a run leaves behind when it is given up must not be found by the next one
        running, missed = asyncio.create_task(run, context=self._context.copy()), 0
        while not (await asyncio.wait({running}, timeout=LOOK_SECONDS))[0]:
            missed = 0 if await asyncio.to_thread(self._health.asked) else missed + 1
            if missed == LOOKS:
                while not (await asyncio.wait({running}, timeout=LOOK_SECONDS / 10))[0]:
                    running.cancel()  # more than once: Prefect tries to tell the server of that as well
                await asyncio.gather(running, return_exceptions=True)  # how it ended is of no use any more
                raise httpx.ConnectError("the server is gone")
        return running.result()

    async def _run(
        self, client: PrefectClient, flow: Flowing, name: str, labels: tuple[str, ...], given: Mapping[str, Any]
    ) -> State[Any]:
        parameters = get_call_parameters(flow.fn, (), dict(given))
        run = await client.create_flow_run(
            flow, name=name, parameters=flow.serialize_parameters(parameters), tags=labels, state=Pending()
        )
        return await run_to_its_end(flow, run, parameters)

    def close(self) -> None:
        """Hang up."""
        if self._client and not self.answers():
            let_go()
        self._loop.run(self._connections.aclose(), context=self._context)
        self._health.close()
