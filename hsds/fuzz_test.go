package hsds

import (
	"bytes"
	"reflect"
	"testing"
	"testing/fstest"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"id":"` + anID + `","name":"x","status":"active","phones":[{"id":"1","number":"02","extension":1.50,"languages":[{"id":"2"}]}],"also":{"a":1}}`,
		`{"total_items":1,"contents":[{"id":"1","minimum_age":1e400}]}`, `[null,1,{"organization":{"services":[{}]}}]`, `{"name":"\ud800\u0000"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		for record, err := range Read[Service](bytes.NewReader(document)) {
			if _, ok := err.(Problems); err != nil && !ok {
				continue
			}
			written := Append(nil, &record, V31)
			n := 0
			for back, err := range Read[Service](bytes.NewReader(written)) {
				if _, ok := err.(Problems); err != nil && !ok {
					t.Fatalf("%s cannot be read: %v", written, err)
				}
				if n++; !bytes.Equal(Append(nil, &back, V31), written) {
					t.Errorf("%s comes back as %s", written, Append(nil, &back, V31))
				}
			}
			if n != 1 {
				t.Errorf("%s are %d records", written, n)
			}
			Flatten(Dataset{Services: []Service{record}})
		}
	})
}

func FuzzReadTables(f *testing.F) {
	f.Add([]byte("id,organization_id,name,status,colour\n"+anID+","+anID+",a,active,red\n1,,\"b\r\n\",x\n"), []byte("id,service_id,number\n1,1,2\n2,"+anID+",3"))
	f.Add([]byte("\ufeffid\n1\n1"), []byte("id,id\n,\n\"")) // a mark, columns and identifiers twice
	f.Add([]byte("0\n\xff"), []byte("i\xb7\n0\xff1"))       // letters written in another way
	f.Add([]byte("organization\nid,n"), []byte("id\n1"))    // a column with the name of a list
	f.Fuzz(func(t *testing.T, services, phones []byte) {
		tables, err := ReadTables(fstest.MapFS{"services.csv": {Data: services}, "phones.csv": {Data: phones}})
		if _, ok := err.(Problems); err != nil && !ok {
			t.Fatal(err)
		}
		out := folder{}
		if err := tables.Write(V31, out.create); err != nil {
			t.Fatal(err)
		}
		d, _ := tables.Nest()
		if n := len(d.Services); n != len(tables.Services) {
			t.Errorf("%d services of %d are nested", n, len(tables.Services))
		}
		Flatten(d)
		files := fstest.MapFS{}
		for name, b := range out {
			if b.Len() > 0 && name != "datapackage.json" {
				files[name] = &fstest.MapFile{Data: b.Bytes()}
			}
		}
		back, err := ReadTables(files)
		if _, ok := err.(Problems); err != nil && !ok {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back.Services, tables.Services) && !hasReturn(services) {
			t.Errorf("%+v comes back as %+v", tables.Services, back.Services)
		}
	})
}

// hasReturn tells whether there are line ends that CSV does not keep.
func hasReturn(b []byte) bool { return bytes.ContainsRune(b, '\r') }
