"""What a sitting of a run is put together from, at its beginning and again whenever it is steered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import Dataset
from nnapp.tasks import TaskSpec
from nnapp.training.adapters import merged
from nnapp.training.beginning import Beginning
from nnapp.training.compilation import compile_model
from nnapp.training.config import TrainingConfig
from nnapp.training.engines import ENGINES, Engine, Sitting
from nnapp.training.precision import computing_in
from nnapp.training.replicas import strategy_over
from nnapp.training.steering import InForce
from nnapp.training.validation import Validation, rows_at_once
from nnapp.training.weights import arrays

if TYPE_CHECKING:
    import keras

Build = Callable[[Augmentation], "keras.Model"]


@dataclass(frozen=True)
class Assembly:
    """The parts that stay while the settings change.

    Attributes:
        build: Makes the untrained network, its pictures augmented so.
        train: Rows to learn from.
        validation: Rows that choose the best epoch.
        task: What is asked.
        beginning: Weights that some layers begin with; None where all begin by chance.
    """

    build: Build
    train: Dataset
    validation: Dataset
    task: TaskSpec
    beginning: Beginning | None = None

    def begin(self, settings: InForce, *, step: int = 0, frozen: bool = False) -> tuple[Engine, Validation]:
        """Seed, build and compile, with nothing learned yet.

        Args:
            settings: How to fit.
            step: Steps that an earlier sitting has taken: the checkpoint gives the network what it learned.
            frozen: Whether layers that begin with learned weights keep them for now.

        Raises:
            SpecError: If there are fewer devices than are to share every batch.
        """
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(settings.training.seed)
        if settings.training.deterministic:
            tf.config.experimental.enable_op_determinism()
        with strategy_over(settings.training.replicas).scope(), computing_in(settings.training.precision):
            model = self._built(settings.augmentation)
        return self._around(model, settings.training, step, frozen=frozen)

    def go_on(self, engine: Engine, before: InForce, after: InForce, *, step: int, frozen: bool = False) -> tuple[Engine, Validation]:
        """The same network under other settings: its weights and its optimizer's moments and position stay.

        Args:
            engine: The present one; it is not used again.
            before: What it was made with.
            after: What is to hold from here on. The optimizer's kind is the same.
            step: Steps taken so far: where the augmentation changes, its chance begins anew from the seed and the step.
            frozen: Whether layers that began with learned weights still keep them.
        """
        import keras

        model = engine.model
        moments = [np.asarray(variable).copy() for variable in model.optimizer.variables]
        if after.augmentation != before.augmentation:
            keras.utils.set_random_seed((after.training.seed + step) % 2**31)
            with model.distribute_strategy.scope(), computing_in(after.training.precision):
                model = self._built(after.augmentation)
            model.set_weights(engine.model.get_weights())
        made, validate = self._around(model, after.training, step, frozen=frozen)
        for variable, moment in zip(model.optimizer.variables, moments, strict=True):
            variable.assign(moment)
        return made, validate

    def finished(self, settings: InForce, weights: list[NDArray[np.generic]]) -> keras.Model:
        """A network of its own with weights of the one in training, free of what training hung on it."""
        if self.beginning and self.beginning.config.lora_rank:
            adapted = self._built(settings.augmentation)
            adapted.set_weights(weights)
            weights = merged(adapted)
        model = self.build(settings.augmentation)
        model.set_weights(weights)
        return model

    def _built(self, augmentation: Augmentation) -> keras.Model:
        """The network as it is to be trained: with the weights that it begins with, and pairs beside them where they are asked for."""
        model = self.build(augmentation)
        if self.beginning:
            self.beginning.give(model)
            self.beginning.adapt(model)
        return model

    def _around(self, model: keras.Model, config: TrainingConfig, step: int, *, frozen: bool) -> tuple[Engine, Validation]:
        """Compile a network and give it its loop and its judge."""
        batch_size = config.batch_size_for(len(self.train))
        steps_per_epoch = -(-len(self.train) // batch_size)
        kind = self.train.data.kind
        if self.beginning:
            self.beginning.free(model)
        with model.distribute_strategy.scope():
            compile_model(model, self.task, config, steps_per_epoch=steps_per_epoch, kind=kind)
        if self.beginning:
            self.beginning.hold(model, frozen=frozen)
        left = max(0, config.epochs * steps_per_epoch - step)
        engine = ENGINES[config.loop](model, Sitting(arrays(self.train, config), batch_size, left, config.deterministic))
        return engine, Validation(model, arrays(self.validation, config), self.task, config.loss_of(self.task), rows_at_once(self.train.data))
