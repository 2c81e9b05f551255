import type { lists as english } from '../en/lists.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const lists: typeof english = {
  views: '视图',
  noView: '还没有保存的视图',
  saveView: '保存当前视图…',
  saveTitle: '保存当前视图',
  renameTitle: '重命名视图',
  viewName: '名称',
  share: '其他人也能看到',
  viewHint: '包括筛选条件和显示的列。',
  viewSaved: (name) => `视图“${name}”已保存。`,
  viewDeleted: (name) => `视图“${name}”已删除。`,
  deleteQuestion: (name) => `删除视图“${name}”？`,
  deleteText: '只删除筛选条件，不删除其中的内容。',
  rename: '重命名…',
  replace: '改为当前的筛选',
  makeDefault: '打开页面时使用',
  noDefault: '打开页面时不使用',
  isDefault: '默认',
  ofOther: (name) => `来自 ${name}`,
  columns: '列',
  allColumns: '恢复默认',
  csv: '导出 CSV',
  csvTitle: '导出 CSV',
  csvRead: (x) => `已读取 ${n(x)} 行`,
  csvDone: (x) => `已导出 ${n(x)} 行。`,
  csvCut: (x) => `只导出了前 ${n(x)} 行。请缩小筛选范围。`,
};
