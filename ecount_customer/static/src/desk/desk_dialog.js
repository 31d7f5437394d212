import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import { onMounted, useExternalListener } from "@odoo/owl";

const CHOOSING = ".o-autocomplete--dropdown-item, .o_select_menu_item, .o_date_item_cell";
const OPEN = ".o-autocomplete--dropdown-menu, .o_popover, .o-dropdown--menu";
const CHANGING = ".o_list_record_remove, .o_delete, .o_radio_input, .o_priority_star";

/**
 * The real form of a document, in a dialog that never loses what was typed: leaving asks, and a document that cannot
 * be finished (a credit limit, a locked period) stays open as it was saved. F8 and Ctrl+Enter save.
 */
export class DeskFormDialog extends FormViewDialog {
    static props = {
        ...FormViewDialog.props,
        finish: { type: Function, optional: true },
        firstLine: { type: Boolean, optional: true }, // a new document begins with its first line
    };

    setup() {
        super.setup();
        this.dialogService = useService("dialog");
        this.typed = false;
        this.viewProps.saveRecord = (record, params) => this.saveAndFinish(record, params);
        onMounted(() => {
            for (const type of ["input", "change"]) {
                this.modalRef.el.addEventListener(type, () => (this.typed = true));
            }
            this.modalRef.el.addEventListener("click", (ev) => (this.typed ||= Boolean(ev.target.closest(CHANGING))), {
                capture: true,
            });
            if (this.props.firstLine) {
                this.modalRef.el.querySelector(".o_field_x2many_list_row_add a")?.click();
            }
        });
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), { capture: true });
        // What is chosen from a list or a calendar is outside of the dialog.
        useExternalListener(
            window,
            "click",
            (ev) => (this.typed ||= this.isOnTop && Boolean(ev.target.closest?.(CHOOSING))),
            { capture: true }
        );
    }

    get isOnTop() {
        return [...document.querySelectorAll(".o_dialog .modal")].at(-1) === this.modalRef.el;
    }

    onKeydown(ev) {
        if ((ev.key === "F8" || getActiveHotkey(ev) === "control+enter") && this.isOnTop) {
            ev.preventDefault();
            ev.stopPropagation();
            document.activeElement?.blur(); // the field at hand takes its value
            this.modalRef.el.querySelector(".o_form_button_save")?.click();
        } else if (ev.key === "Escape" && this.isOnTop && ev.target.closest?.(".o_selected_row") && !document.querySelector(OPEN)) {
            // Natively Esc drops the line at hand without a word.
            ev.preventDefault();
            ev.stopPropagation();
            this.discardRecord();
        }
    }

    async saveAndFinish(record, params) {
        if (!(await record.save({ reload: false }))) {
            return false;
        }
        this.typed = false;
        this.currentResId = record.resId;
        try {
            if (this.props.finish && !(await this.finish(record.resId))) {
                await record.load();
                return false;
            }
        } catch (error) {
            await record.load();
            throw error;
        }
        await this.props.onRecordSaved(record);
        await this.onRecordSaved(record, params);
        return true;
    }

    /** Finish the saved document; a credit warning is asked about first. Return whether it is finished. */
    async finish(resId) {
        try {
            await this.props.finish(resId, { ecount_credit_ask: true });
        } catch (error) {
            const [question, , confirmLabel, context] = error.data?.arguments ?? [];
            if (error.exceptionName !== "odoo.exceptions.RedirectWarning" || !context?.active_model) {
                throw error;
            }
            if (!(await this.ask(_t("Credit warning"), question, confirmLabel))) {
                return false;
            }
            await this.props.finish(resId, {});
        }
        return true;
    }

    ask(title, body, confirmLabel) {
        return new Promise((answer) =>
            this.dialogService.add(
                ConfirmationDialog,
                {
                    title, body, confirmLabel,
                    confirm: () => answer(true),
                    cancelLabel: _t("Back"),
                    cancel: () => answer(false),
                },
                { onClose: () => answer(false) }
            )
        );
    }

    async discardRecord() {
        if (!this.typed) {
            return super.discardRecord();
        }
        // The dialog closes as soon as this returns: it does so only when the person agrees.
        await new Promise((leave) =>
            this.dialogService.add(ConfirmationDialog, {
                title: _t("Leave without saving?"),
                body: _t("What you typed has not been saved."),
                confirmLabel: _t("Leave"),
                confirm: leave,
                cancelLabel: _t("Keep typing"),
                cancel: () => {},
            })
        );
        return super.discardRecord();
    }
}
