"""Student finance rules as small pure functions: inputs and limits in, an explained answer out.

Standard library only, no input or output, no clock. The same code runs in CPython and in the browser.
"""

from calculators.core.answer import Answer, answer

__all__ = ["Answer", "answer"]
