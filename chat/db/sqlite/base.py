"""Django's SQLite backend, with the writers of this process in one queue (`chat.db.write_lock`)."""

from django.db.backends.sqlite3 import base

from chat.db import write_lock


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        write_lock.acquire()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            write_lock.release()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            if not self._still_writing():
                write_lock.release()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            write_lock.release()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            write_lock.release()

    def _still_writing(self) -> bool:
        """A COMMIT that failed leaves its transaction open: Django rolls it back next."""
        return self.connection is not None and self.connection.in_transaction
