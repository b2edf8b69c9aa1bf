"""Where the network is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec


class Device(Spec):
    """The device that TensorFlow trains on."""

    kind: Literal["gpu", "cpu"]
    name: str
    memory: Annotated[int | None, Field(description="Bytes of the device's own memory; None for a processor.")] = None
    growth: Annotated[bool, Field(description="Whether memory is taken as it is needed, so that several workers can share the device.")] = False
    count: Annotated[int, Field(ge=1, description="Devices of this kind that TensorFlow sees.")] = 1

    working: Annotated[int, Field(ge=1, description="Devices of this kind that share every batch of the run.")] = 1

    def shared_by(self, replicas: int) -> Device:
        """The same where so many of them work together, or as many as there are."""
        return self.replaced({"working": min(replicas, self.count)})

    @property
    def title(self) -> str:
        """As a page shows it.

        >>> Device(kind="gpu", name="NVIDIA L4", memory=24 * 2**30).title
        'GPU: NVIDIA L4 (24 GB)'
        >>> Device(kind="gpu", name="NVIDIA L4", memory=24 * 2**30, count=4).shared_by(2).title
        '2 GPUs: NVIDIA L4 (24 GB each)'
        """
        several = self.working > 1
        memory = "" if self.memory is None else f" ({round(self.memory / 2**30)} GB{' each' if several else ''})"
        kind = f"{self.working} {self.kind.upper()}s" if several else self.kind.upper()
        return f"{kind}: {self.name}{memory}"


def describe_device() -> Device:
    """Turn memory growth on and say what TensorFlow will train on. Loads TensorFlow."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return Device(kind="cpu", name=_processor())
    growth = True
    for gpu in gpus:
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # the device is in use already: too late to change
            growth = bool(tf.config.experimental.get_memory_growth(gpu))
    details = tf.config.experimental.get_device_details(gpus[0])
    return Device(kind="gpu", name=str(details.get("device_name", "GPU")), memory=_gpu_memory(), growth=growth, count=len(gpus))


def _processor() -> str:
    """The processor's name, as Linux gives it, else the architecture's."""
    import platform
    from pathlib import Path

    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _gpu_memory() -> int | None:
    """Bytes of the first GPU's memory, where the driver's library tells."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    try:
        return int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(0)).total)
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()
